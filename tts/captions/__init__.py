"""The words asked for, with the times at which they are said, as subtitles and tables hold them.

Nothing of this is imported unless a request asks for captions.
"""
