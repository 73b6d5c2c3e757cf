"""Ask whichever newspaper this interpreter has for three articles, by the calls that newspaper3k and newspaper4k share.

python .ci/newspaper_proof.py newspaper3k|newspaper4k     Exit code 1 where the other is installed, or a text is missing.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from coverage.text.body import newspaper_text, version

# No page declares its language: newspaper3k alone returns nothing for such Cyrillic pages, and says nothing.
SENTENCES = {
    "uk": "Уповноважений закликав іноземні медіа не висвітлювати так звані вибори, які Росія проводить на окупованих територіях України, і назвав їх незаконними.",
    "ru": "Уполномоченный призвал иностранные СМИ не освещать так называемые выборы, которые Россия проводит на оккупированных территориях, и назвал их незаконными.",
    "en": "The ombudsman asked the foreign media not to cover the so-called elections that Russia has been holding in the occupied territories, and said they were unlawful.",
}


def main(wanted: str) -> int:
    found = version("newspaper")
    failures = [] if found.startswith(f"{wanted} ") else [f"{found} is installed, not {wanted}"]
    for language, sentence in SENTENCES.items():
        told = "".join(f"<p>{n}. {sentence}</p>" for n in range(6))
        html = f"<html><head><title>x</title></head><body><div><article>{told}</article></div></body></html>"
        if newspaper_text(html, "https://outlet.example/story", language).count(sentence) != 6:
            failures.append(f"{found}: no whole text in {language}")
    sys.stdout.write(("\n".join(failures) or f"{found}: whole texts in {', '.join(SENTENCES)}") + "\n")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
