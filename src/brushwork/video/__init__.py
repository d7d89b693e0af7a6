"""Moving pictures: a clip in, frame by frame to a film in the style of a painting, its sound kept.

Nothing here is loaded unless a film is asked for; PyAV and OpenCV are the extra ``[video]``.
"""
