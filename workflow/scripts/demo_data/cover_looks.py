"""Define the look of each book category and the parts of its titles."""

from dataclasses import dataclass

from humancentric.masking.audit.drawing.pens import Palette, palette


@dataclass(frozen=True)
class CoverLook:
    """One category: colours, patterns, shapes by name, words of titles, and revealing subtitles."""

    palettes: tuple[Palette, ...]
    textures: tuple[str, ...]
    shapes: tuple[str, ...]
    letters: str
    topics: tuple[str, ...]
    titles: tuple[str, ...]  # templates with {topic}, {Town}, {Name}
    subtitles: tuple[str, ...]


def look(
    palettes: str, textures: str, shapes: str, letters: str, topics: str, titles: str, subtitles: str
) -> CoverLook:
    """Parse texts with entries separated by semicolons into a look; line breaks count as spaces."""
    parts = [
        tuple(" ".join(text.split()).split("; "))
        for text in (palettes, textures, shapes, topics, titles, subtitles)
    ]
    return CoverLook(tuple(palette(text) for text in parts[0]), parts[1], parts[2], letters, *parts[3:])


# Ids are those of the 30 categories of Book Covers, Task 1. The demo's twelve are chosen so that the readings with
# 30 and with 28 classes (which drops 20 and merges 9 with 21) differ.
CATEGORIES = {
    4: "Children's Books",
    6: "Computers & Technology",
    7: "Cookbooks, Food & Wine",
    9: "Christian Books & Bibles",
    12: "History",
    17: "Mystery, Thriller & Suspense",
    20: "Reference",
    21: "Religion & Spirituality",
    22: "Romance",
    24: "Science Fiction & Fantasy",
    26: "Sports & Outdoors",
    29: "Travel",
}

COVERS = {
    4: look(
        "78d2fa fff0a0 503c8c ff6478 ffffff; ffd278 ffa0b4 5a3278 50c8b4 fffff0",
        "dots; confetti", "a cartoon creature; balloons; a dog; a house", "round",
        "the Little Bear; Five Ducklings; the Sleepy Moon; Grandma's Hat; the Brave Snail; Bedtime Animals; "
        "the Jumping Frog",
        "{Name} and {topic}; Goodnight, {topic}; Where Is {topic}?; {topic} Goes to School; Counting with {topic}",
        "A Picture Book; A Lift-the-Flap Book; Ages 3 to 6; First Words",
    ),
    6: look(
        "f0f4f8 d2dce6 1e3246 1e8cd2 ffffff; 14283c 1e5a78 0a1420 3cdca0 e6f5ff",
        "a grid; stripes", "a computer screen; a computer screen; a robot; a keyhole", "mono",
        "Python; Databases; Network Security; Machine Learning; Cloud Servers; Web Design; Spreadsheets; Compilers",
        "Programming {topic}; {topic} in Practice; Mastering {topic}; {topic} Cookbook; Learning {topic}; "
        "Beginning {topic}",
        "A Hands-On Guide; Second Edition; From Beginner to Professional; Covers Version 7",
    ),
    7: look(
        "fff5e1 f5d2a0 502814 dc4628 fffaf0; f0f5dc c8dc96 32461e e68c28 ffffff",
        "dots; soft lights", "a cooking pot; a glass of wine; a banana", "script",
        "Soups; Sourdough; Vegetables; the Slow Cooker; Pasta; Cheese and Wine; Cakes; Mediterranean Suppers",
        "The Joy of {topic}; {topic} for Every Day; The {Town} Kitchen: {topic}; A Year of {topic}; Simply {topic}",
        "100 Recipes; Delicious Recipes for the Whole Family; From My Kitchen to Yours; Easy Weeknight Dinners",
    ),
    9: look(
        "c8dcf0 faf0d7 3c3223 c8963c fffff5; 5a7896 e6d7b4 28231e dcb464 fffaf0",
        "rays; soft lights; old paper", "a cross; a cross; a low sun; a crown", "classic",
        "Grace; the Gospel; Prayer; the Psalms; God's Promise; Discipleship; the Good Shepherd",
        "Walking in {topic}; The Power of {topic}; {topic} for Today; A Study of {topic}; Living {topic}",
        "A 40-Day Devotional; Bible Study Guide; A Christian Journey; Finding God's Will",
    ),
    12: look(
        "c8aa78 e6d7af 46321e 963c28 faf5dc; 826e55 d2be96 281e14 b48232 faf0dc",
        "old paper; camouflage", "a temple; a crown; a sailing ship; soldiers", "classic",
        "the Empire; the Revolution; the Siege of {Town}; the Crusades; the Great War; Ancient Trade; the Dynasty",
        "A History of {topic}; The Fall of {topic}; {topic}: 1789-1815; The World of {topic}; Voices of {topic}",
        "A Military History; The Untold Story; From Antiquity to the Present; A Narrative History",
    ),
    17: look(
        "0a1420 3c5064 04080c dc321e e6ebf0; 141414 5a3c3c 0a0808 f0c83c f5f0e6",
        "fog; rain; blinds; broken glass", "a man in a hat; a gun; an eye; a lit door; a running man", "narrow",
        "the Silent Witness; a Killer; the Drowned Girl; Midnight; the Last Alibi; Cold Blood; the Missing",
        "Death at {Town}; {topic}; The {Town} Murders; In {topic}; Before {topic}; Run from {topic}",
        "A Thriller; A Detective {Name} Novel; A Novel of Suspense; Book Three",
    ),
    20: look(
        "f0ebdc e6dcc8 32281e 1e508c ffffff; d2d7dc f0f0f0 1e1e28 b41e32 ffffff",
        "stripes; a grid", "the globe; a compass; a keyhole", "plain",
        "English Usage; Quotations; World Facts; Synonyms; Etiquette; Abbreviations; Symbols",
        "Dictionary of {topic}; The Pocket Guide to {topic}; Encyclopedia of {topic}; The {topic} Handbook; "
        "Almanac of {topic}",
        "Revised Edition; Over 10,000 Entries; The Complete Desk Reference; Volume I",
    ),
    21: look(
        "b478b4 fad2a0 3c1e46 f0b43c fff5e6; 46788c dce6c8 1e2d37 e6a05a faffff",
        "rays; a spiral; soft lights", "a low sun; a tree; magic sparkles; a temple; a full moon", "classic",
        "the Inner Light; Stillness; Meditation; the Soul; Karma; the Sacred Circle; Mindful Breath",
        "The Path to {topic}; {topic} and the Self; Awakening {topic}; The Book of {topic}; A Return to {topic}",
        "Wisdom for a Troubled World; Teachings of a Master; Spiritual Practices; A Guide to the Soul",
    ),
    22: look(
        "fac8be f082a0 64233c e63c64 fff5f5; 8c3250 e696a0 321423 f5d26e fff0f0",
        "soft lights; dots", "a couple; a heart; a rose", "script",
        "the Duke; Desire; a Cowboy; the Highlander; Forever; the Billionaire; Surrender",
        "Kissing {topic}; The Bride of {topic}; {topic} in {Town}; Seduced by {topic}; Always {topic}",
        "A Romance; A {Town} Love Story; The Wedding Series; She Never Meant to Fall",
    ),
    24: look(
        "0a0f2d 3c2878 050514 3cdcf0 e6f0ff; 1e0f3c 8c46a0 0a0519 f0be50 fff0ff",
        "stars; a grid; fog", "a ringed planet; a rocket; a castle; a sword; a flying saucer", "heavy",
        "the Star Gate; Dragons; the Void; the Last Mage; Shadows; the Iron Moon; Orion",
        "Children of {topic}; The Blade of {topic}; {topic} Rising; War for {topic}; Beyond {topic}",
        "Book One of the {Town} Saga; A Galactic Novel; The Chronicles of {Town}; Volume Two",
    ),
    26: look(
        "50a0dc b4dc82 1e3c28 f07828 ffffff; 2d7850 dce696 142d1e fadc32 ffffff",
        "stripes; rays", "a running man; mountains; a fast car; a tree", "heavy",
        "Marathon Running; Fly Fishing; Climbing; Golf; Wilderness Survival; Cycling; Soccer",
        "The Complete Book of {topic}; {topic} Basics; {topic}: My Life in the Game; Trail Guide: {topic}; "
        "Better {topic}",
        "Training Plans for Every Level; Tips from the Pros; The Season That Changed Everything; Outdoor Skills",
    ),
    29: look(
        "3c9bc8 fae1aa 1e3c46 e6503c ffffff; 5ab4aa fff0c8 28463c f0963c ffffff",
        "film frames; rays", "a sailing ship; a compass; the globe; a city skyline; a low sun", "plain",
        "Northern Lapland; {Town}; the Coast of {Town}; Lisbon; the Silk Road; Kyoto; the Greek Islands",
        "Lonely Roads of {topic}; {topic} on Foot; {topic} Travel Guide; A Weekend in {topic}; Hidden {topic}",
        "With Pull-Out Map; Hotels, Food and Sights; The Rough Companion; Updated Every Year",
    ),
}  # fmt: skip
