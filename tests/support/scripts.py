"""Names in scripts of many families, drawn by hypothesis: letters with their marks, digits and blanks between."""

from hypothesis import strategies as st

# Letters and marks of each script, as ranges of code points that are assigned throughout, or nearly.
SCRIPTS = {
    "Latin": ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x1E00, 0x1EFF)),
    "combining marks": ((0x61, 0x7A), (0x300, 0x338)),
    "Cyrillic": ((0x400, 0x45F), (0x490, 0x4FF)),
    "Greek": ((0x391, 0x3A1), (0x3A3, 0x3CE)),
    "Arabic": ((0x621, 0x63A), (0x641, 0x652), (0x660, 0x669)),
    "Hebrew": ((0x5D0, 0x5EA), (0x5B0, 0x5B9)),
    "Devanagari": ((0x905, 0x939), (0x93E, 0x94D)),
    "Thai": ((0xE01, 0xE3A), (0xE40, 0xE4E)),
    "Georgian": ((0x10D0, 0x10F0),),
    "Chinese": ((0x4E00, 0x9FA5),),
    "Japanese": ((0x3041, 0x3096), (0x30A1, 0x30FA)),
    "Korean": ((0xAC00, 0xD7A3),),
    "Ethiopic": ((0x1200, 0x1248),),
    "emoji": ((0x1F300, 0x1F320), (0x1F400, 0x1F43F), (0x1F600, 0x1F64F)),
}
RIGHT_TO_LEFT = ("Arabic", "Hebrew")


def draw_letters(script: str) -> st.SearchStrategy[str]:
    """A letter or mark of a script."""
    return st.one_of([st.integers(first, last).map(chr) for first, last in SCRIPTS[script]])


def draw_name(script: str, max_words: int = 3) -> st.SearchStrategy[str]:
    """A name: words of a script of one letter or of many, now and then with a number."""
    word = st.lists(draw_letters(script), min_size=1, max_size=12).map("".join)
    number = st.one_of(st.just(""), st.integers(1, 99).map(lambda value: f" {value}"))
    return st.builds(lambda words, end: " ".join(words) + end, st.lists(word, min_size=1, max_size=max_words), number)
