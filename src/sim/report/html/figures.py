"""Matplotlib's SVG made a part of a page: its own names, the page's type, and words for those who can't see it."""

import re
from collections import Counter
from hashlib import sha256

from markupsafe import Markup, escape

TYPE = "'DejaVu Sans', 'Bitstream Vera Sans', Verdana, sans-serif"  # all of about one width


def inlined(svg: str, alt: str) -> Markup:
    """A figure without prolog, script or link to the outside, its ids marked so that no two figures share any."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    mark = f"f{sha256(body.encode()).hexdigest()[:8]}-"
    seen: Counter[str] = Counter()
    body = re.sub(r'\sid="([^"]+)"', lambda found: numbered(mark, found[1], seen), body)
    body = re.sub(r'(xlink:href="#|href="#|url\(#)', rf"\g<1>{mark}", body).replace(f"{mark}{mark}", mark)
    body = re.sub(r"'DejaVu Sans'(?:, [^;\"]*)?", TYPE, body)
    head, rest = body.split(">", 1)
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    return Markup(f'{head} role="img" aria-label="{escape(alt)}">{rest}')


def numbered(mark: str, id: str, seen: Counter[str]) -> str:
    """An id with its mark, and a number if it came before: two images of the same content have one and the same."""
    seen[id] += 1
    return f' id="{mark}{id}"' if seen[id] == 1 else f' id="{mark}{id}-{seen[id]}"'
