"""Define the content of the demo's tweets for each sentiment."""

from dataclasses import dataclass

from humancentric.masking.audit.drawing.pens import Palette, palette


@dataclass(frozen=True)
class Mood:
    """Phrases, hashtags, and the colours, patterns and shapes of the images of one sentiment."""

    says: tuple[str, ...]
    about: tuple[str, ...]
    tags: tuple[str, ...]
    palettes: tuple[Palette, ...]
    textures: tuple[str, ...]
    shapes: tuple[str, ...]
    land: tuple[str, ...]


def mood(says: str, about: str, tags: str, palettes: str, textures: str, shapes: str, land: str) -> Mood:
    """Parse texts with entries separated by semicolons into a mood; line breaks count as spaces."""
    parts = [
        tuple(" ".join(text.split()).split("; ")) for text in (says, about, tags, textures, shapes, land)
    ]
    colours = tuple(palette(" ".join(text.split())) for text in palettes.split("; "))
    return Mood(*parts[:3], colours, *parts[3:])


MOODS = {
    "positive": mood(
        says="""
            So happy about {about}!; Best day ever with {about}; I love {about} so much; What a wonderful
            morning, thanks to {about}; Can't stop smiling, {about} made my week; Feeling blessed and
            grateful for {about}; Proud of {about} today; {about} is simply beautiful; Congratulations to
            {about}, you are awesome; Excited to see {about} again""",
        about="""
            this little puppy; my amazing team; the new baby; our holiday by the sea; these gorgeous
            flowers; grandma's birthday cake; the sunshine; my best friends; the winners; a perfect cup of
            coffee""",
        tags="#happy; #love; #blessed; #sunshine; #winning; #smile",
        palettes="""
            78d2ff fff0a0 325a8c ff8c3c ffffff; ffd250 ff9678 5a283c fa466e fffff0; a0f0be fff5b4 285a46
            ff6e8c ffffff""",
        textures="rays; confetti; soft lights; dots",
        shapes="a smile; a heart; balloons; a dog; a low sun; a family hand in hand; a rose; a couple",
        land="hills; the sea; mountains",
    ),
    "neutral": mood(
        says="""
            The schedule for {about} is online; Photo of {about}, taken at noon; Here is an update on
            {about}; {about}, seen from the station; Reading an article about {about}; Meeting on {about}
            at 3 pm; New post: notes on {about}; Somebody asked me about {about}; Part two of the report
            on {about}; Currently looking at {about}""",
        about="""
            the road works; the city council; platform four; the weather chart; a new bus line; the
            museum's opening hours; page 12; the spring catalogue; office furniture; the second half""",
        tags="#news; #photo; #update; #today; #city; #monday",
        palettes="""
            aab4be d2d2cd 46505a 78919b f0f0eb; b4aa96 dcd7c8 50483c 96825f f5f2e8; 9bafaf d7dcdc 3c4b4b
            64878c f5f8f8""",
        textures="a grid; film frames; old paper; stripes",
        shapes="the globe; photographs; a window; a television; a fast car; a compass; a house; a strip of film",
        land="a city skyline; mountains; the sea",
    ),
    "negative": mood(
        says="""
            So sad about {about}; I hate {about}; Worst night ever because of {about}; Can't believe
            {about}, heartbroken; {about} is a disgrace; Sick and tired of {about}; Crying over {about}
            again; Angry at {about}, this has to stop; Scared after {about}; Terrible news about {about}""",
        about="""
            the accident on the bridge; this awful traffic; losing my job; the flood; the fire downtown;
            my broken phone; another cancelled train; the funeral; all these lies; a stolen bike""",
        tags="#sad; #fail; #angry; #heartbroken; #rip; #ugh",
        palettes="""
            1e232d 464b55 0a0c10 aa3228 c8cdd2; 281e1e 5f4641 0c0808 be4628 d7cdc3; 1e2a28 3c504b 0a100e
            8c3232 c8d2cd""",
        textures="rain; fog; broken glass; blinds",
        shapes="a frown; a skull; gravestones; bare branches; an explosion; bloody scratches; a lone figure; a gun",
        land="a city skyline; the sea",
    ),
}
URLS = ("http://t.co/", "https://t.co/")
HANDLES = tuple(
    [
        "@mara_k",
        "@dailyherring",
        "@tobinsays",
        "@ostford_fm",
        "@leifonline",
        "@nadiaw",
        "@thefenpost",
        "@quinbaker",
    ]
)
EXOTIC = {"gb18030": "“{text}”… 你好", "latin-1": "{text} à la café déjà vu"}
