"""The tests mirror the package: ``losses/test_gram.py`` tests ``brushwork/losses/gram.py``."""
