"""Text as LaTeX prints it, whatever is in a name."""

import re
import unicodedata
from functools import cache

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "\N{PLUS-MINUS SIGN}": r"$\pm$",
    "\N{MINUS SIGN}": "$-$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "\N{DEGREE SIGN}": r"$^\circ$",
    "\N{MIDDLE DOT}": r"$\cdot$",
    "\N{EN DASH}": "--",
    "\N{EM DASH}": "---",
    "\N{HORIZONTAL ELLIPSIS}": r"\dots{}",
    "\N{LEFT SINGLE QUOTATION MARK}": "`",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": "``",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "''",
    "\N{DAGGER}": r"\textsuperscript{\dag}",
    "\N{DOUBLE DAGGER}": r"\textsuperscript{\ddag}",
    "\N{RIGHTWARDS ARROW}": r"$\rightarrow$",
    "\N{ALMOST EQUAL TO}": r"$\approx$",
    "\N{PARALLEL TO}": r"$\parallel$",
    "\N{NOT EQUAL TO}": r"$\neq$",
    "\N{EMPTY SET}": r"$\emptyset$",
}
LIGATURES = re.compile(r"([-`',?!])(?=[-`',])")  # which TeX would join to a dash or a quotation mark
# Accents and letters that every encoding of pdfTeX's fonts has or builds.
ACCENTS = {0x300, 0x301, 0x302, 0x303, 0x304, 0x306, 0x307, 0x308, 0x30A, 0x30B, 0x30C}
LATIN = set("ßÆæŒœØøŁłı¡¿")
OTHER = r"\providecommand{\otherletter}[2]{\ifdefined\Umathchar #1\else\texttt{\tiny #2}\fi}"


@cache
def native(char: str) -> bool:
    """Return whether pdfTeX can print a character with any of its fonts."""
    parts = unicodedata.normalize("NFD", char)
    built = len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and ord(parts[1]) in ACCENTS
    return char.isascii() or char in SPECIAL or char in LATIN or built


def _letter(char: str) -> str:
    """Return a character as pdfTeX prints it: other scripts by their code point, which newer engines never see."""
    if char in SPECIAL:
        return SPECIAL[char]
    return char if native(char) else rf"\otherletter{{{char}}}{{U+{ord(char):04X}}}"


def escape(text: str) -> str:
    """Return `text` so that LaTeX prints it as it is, in one line; combining marks are put on their letters."""
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(map(_letter, LIGATURES.sub("\\1\0", text))).replace("\0", "{}")


def breakable(text: str, longest: int = 20) -> str:
    """Return running text, escaped, in which words of more than `longest` characters may be broken anywhere."""
    words = []
    for word in text.split(" "):
        pieces = [escape(char) for char in word] if len(word) > longest else [escape(word)]
        words.append(r"\hspace{0pt}".join(pieces))
    return " ".join(words).replace(r" \%", r"~\%")
