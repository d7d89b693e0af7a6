"""What the operating system gives: files, memory, and settings of the process."""
