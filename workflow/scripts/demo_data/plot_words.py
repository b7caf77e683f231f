"""List the words of every genre from which synopses and titles are generated."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Phrases of one genre that fill the templates of `plots`."""

    heroes: tuple[str, ...]  # noun phrases with article, singular
    places: tuple[str, ...]  # adverbials of place or time
    events: tuple[str, ...]  # whole clauses in the present tense
    goals: tuple[str, ...]  # infinitives without "to"
    threats: tuple[str, ...]  # noun phrases, singular
    nouns: tuple[str, ...]  # words for titles
    adjectives: tuple[str, ...]  # words for titles


def entries(text: str) -> tuple[str, ...]:
    """Split a text at semicolons; line breaks count as spaces."""
    return tuple(" ".join(text.split()).split("; "))


def words(**phrases: str) -> Words:
    """Return the words given by texts whose phrases are separated by semicolons."""
    return Words(**{slot: entries(text) for slot, text in phrases.items()})


DARK = {
    "Crime": words(
        heroes="""
            a veteran detective; a small-time thief; a getaway driver; an undercover officer; a mob
            accountant; a safecracker on parole""",
        places="""
            in the back rooms of the harbour; in a corrupt precinct; on the wrong side of the city;
            in a maximum security prison; at the heart of a drug empire""",
        events="""
            a heist goes wrong; the mob boss is shot at dinner; two million vanish from the vault;
            an informer is found in the river; the gang war breaks out again""",
        goals="""
            pull off one last robbery; bring down the syndicate; pay back the loan shark; find out
            who betrayed the gang; put the godfather behind bars""",
        threats="a crooked police captain; a brutal crime family; a loan shark; a contract killer",
        nouns="Heist; Syndicate; Alibi; Vault; Kingpin; Score; Precinct; Getaway",
        adjectives="Dirty; Crooked; Stolen; Guilty",
    ),
    "Horror": words(
        heroes="""
            a babysitter; a grieving widow; a group of teenagers; a priest who lost his faith; a
            night nurse; a young medium""",
        places="""
            in an abandoned asylum; in a cabin in the woods; in a house built on graves; in the
            cellar of an old orphanage; on a night with a blood-red moon""",
        events="""
            something scratches inside the walls; the dead begin to rise; a possessed doll is found
            in the attic; a masked killer returns; the seance goes terribly wrong""",
        goals="""
            survive the night; break the blood curse; drive out the demon; escape the butcher's
            basement; bury what crawled out of the grave""",
        threats="a vengeful ghost; a faceless creature; a cannibal clan; an ancient evil",
        nouns="Blood; Grave; Scream; Demon; Crypt; Possession; Flesh; Nightmare",
        adjectives="Haunted; Evil; Rotten; Undead",
    ),
    "Mystery": words(
        heroes="""
            an eccentric inspector; a retired judge; a librarian with a sharp eye; a private
            investigator; a curious journalist; a village doctor""",
        places="""
            in a snowbound manor; on a foggy moor; in a seaside village full of secrets; aboard the
            night express; in a locked library""",
        events="""
            a guest is found dead in a locked room; a letter arrives from a missing woman; the
            heirloom disappears during dinner; every witness tells a different story; an unsolved
            case is reopened""",
        goals="""
            solve the riddle; uncover who wrote the letters; follow the clues to the old lighthouse;
            unmask the murderer; piece together what happened that night""",
        threats="""
            a web of lies; a suspect with a perfect alibi; a secret buried for thirty years; a
            nameless blackmailer""",
        nouns="Secret; Riddle; Clue; Manor; Cipher; Witness; Disappearance; Key",
        adjectives="Missing; Hidden; Unsolved; Strange",
    ),
    "Thriller": words(
        heroes="""
            a sleepless analyst; a wrongly accused surgeon; an air traffic controller; a
            whistleblower; a hostage negotiator; a woman with no memory""",
        places="over a single night; in a glass tower; on the run; in a remote motel; under constant surveillance",
        events="""
            a stranger calls with an ultimatum; her daughter is kidnapped; a classified file lands
            on his desk; the phones go dead; someone is watching the apartment""",
        goals="""
            stay one step ahead of the killer; expose the conspiracy; prove his innocence before
            dawn; get out of the building alive; find the kidnapper before time runs out""",
        threats="a psychopath with a plan; a shadowy agency; an obsessed stalker; an assassin nobody has seen",
        nouns="Conspiracy; Deadline; Obsession; Pursuit; Hostage; Paranoia; Suspect; Trap",
        adjectives="Cold; Deadly; Sleepless; Blind",
    ),
}


FAST = {
    "Action": words(
        heroes="""
            an ex-commando; a disgraced bodyguard; a stunt driver; a retired special agent; a
            martial arts champion; a rogue pilot""",
        places="""
            across three continents; on a hijacked train; in the streets of a besieged city; on a
            burning oil rig; inside a skyscraper under siege""",
        events="""
            mercenaries seize the harbour; a bomb ticks under the stadium; the convoy is ambushed;
            his team is wiped out in an explosion; a fleet of stolen helicopters attacks the dam""",
        goals="""
            fight through an army of hired killers; stop the missiles in time; win one last car
            chase; rescue the hostages; take down the cartel with bare fists; outrun the shooting""",
        threats="""
            a ruthless warlord; an arms dealer with a private army; a squad of elite mercenaries; a
            one-eyed enforcer""",
        nouns="Strike; Fury; Velocity; Impact; Bullet; Vengeance; Overdrive; Fist",
        adjectives="Lethal; Burning; Explosive; Unstoppable",
    ),
    "Adventure": words(
        heroes="""
            a young explorer; a treasure hunter; a ship's captain; a reckless mapmaker; a jungle
            guide; an orphaned sailor""",
        places="""
            on an uncharted island; deep in the rainforest; across the frozen pass; beneath a lost
            temple; on the high seas""",
        events="""
            an old map surfaces; the expedition vanishes in the jungle; a storm wrecks the schooner;
            the compass points to a hidden valley; pirates steal the idol""",
        goals="""
            find the lost treasure; cross the desert on foot; climb the forbidden mountain; sail to
            the edge of the map; survive the wild river; lead the expedition home""",
        threats="a rival expedition; a band of pirates; an ancient trap; a merciless storm",
        nouns="Expedition; Island; Voyage; Treasure; Compass; Summit; Horizon; Jungle",
        adjectives="Lost; Uncharted; Wild; Golden",
    ),
    "Animation": words(
        heroes="""
            a clumsy little robot; a talking hedgehog; a paper dragon; a shy snowflake; a brave
            young otter; a toy soldier with a squeaky voice""",
        places="""
            in a world made of candy; in the hidden city of the toys; under the rainbow sea; in a
            colourful kingdom of animals; in the land of the talking vegetables""",
        events="""
            the crayons come alive; a cheeky squirrel steals the magic acorn; all the colours
            disappear; the toys are thrown away; a baby penguin hatches in the wrong nest""",
        goals="""
            bring the colours back; save the talking forest; learn to fly; get back to the toy box
            before morning; win the great animal race""",
        threats="a grumpy cat; an evil vacuum cleaner; a greedy badger king; a wicked weasel",
        nouns="Hedgehog; Puddle; Bubble; Otter; Wobble; Pip; Critters; Acorn",
        adjectives="Tiny; Wiggly; Curious; Fluffy",
    ),
    "Family": words(
        heroes="""
            a ten-year-old girl; a lonely boy; a mischievous puppy; a single father of three; a
            kind-hearted grandmother; a pair of twins""",
        places="""
            at a summer camp; on grandfather's farm; in a sleepy suburb; during the school holidays;
            in a house full of pets""",
        events="""
            the children find a stray dog; the family moves to the countryside; a runaway pony turns
            up in the garden; the kids are left home alone; grandma loses her house""",
        goals="""
            save the animal shelter; bring the family back together; win the school contest; find a
            home for the puppy; teach their parents a lesson about friendship""",
        threats="a mean neighbour; a strict headmistress; a greedy landlord; a bumbling dog catcher",
        nouns="Puppy; Holiday; Treehouse; Grandpa; Family; Pony; Summer; Friends",
        adjectives="Little; Big; Happy; Best",
    ),
    "Fantasy": words(
        heroes="""
            a farm boy with a prophecy; an exiled elf; an apprentice wizard; a cursed princess; a
            dragon rider; a half-blind sorceress""",
        places="""
            in a realm of magic; beyond the enchanted forest; in the tower of the witch queen; in a
            kingdom of dragons; at the gates of the underworld""",
        events="""
            the dark lord awakens; the last dragon egg begins to crack; an ancient spell is broken;
            the crystal crown is stolen; a portal opens in the old oak""",
        goals="""
            forge the broken sword; lift the curse; restore the rightful queen; awaken the sleeping
            magic; defeat the demon king; carry the enchanted ring to the volcano""",
        threats="an immortal sorcerer; a three-headed dragon; an army of goblins; a shape-shifting witch",
        nouns="Dragon; Crown; Sorcerer; Realm; Prophecy; Sword; Spell; Moonstone",
        adjectives="Enchanted; Eternal; Cursed; Mystic",
    ),
    "Science Fiction": words(
        heroes="""
            a stranded astronaut; an android with memories; a quantum physicist; a cloned soldier;
            the last human pilot; a starship engineer""",
        places="""
            on a distant space station; in the year 2187; aboard a generation ship; on a colony on
            Mars; in a city run by machines""",
        events="""
            an alien signal reaches Earth; the artificial intelligence wakes up; a wormhole tears
            the fleet apart; time begins to loop; the reactor of the starship fails""",
        goals="""
            repair the hyperdrive; travel back in time; shut down the machine mind; make first
            contact; escape the dying planet; upload her memories before the wipe""",
        threats="""
            a swarm of alien probes; a rogue artificial intelligence; a galactic corporation; a
            mutating virus from orbit""",
        nouns="Orbit; Nebula; Protocol; Signal; Android; Singularity; Colony; Zero",
        adjectives="Quantum; Silent; Artificial; Outer",
    ),
    "War": words(
        heroes="""
            a young infantryman; a field nurse; a battle-weary sergeant; a captured bomber pilot; a
            resistance courier; a tank commander""",
        places="""
            behind enemy lines; in the trenches; during the last winter of the war; on a bombed-out
            bridge; in occupied territory""",
        events="""
            the platoon is cut off; the front collapses overnight; the general orders a hopeless
            assault; paratroopers land in the wrong valley; the armistice is three days away""",
        goals="""
            hold the bridge until dawn; bring the wounded soldiers back; survive the siege; blow up
            the railway; deliver the orders to the front""",
        threats="an enemy sniper; a fanatical colonel; an armoured division; a relentless artillery barrage",
        nouns="Platoon; Front; Battalion; Trench; Squadron; Armistice; Soldiers; Bridge",
        adjectives="Iron; Last; Fallen; Brave",
    ),
    "Western": words(
        heroes="""
            a retired gunslinger; a small-town sheriff; a lone bounty hunter; a widowed rancher; a
            stagecoach driver; an outlaw with a conscience""",
        places="""
            in a dusty frontier town; out on the prairie; at the edge of the territory; along the
            cattle trail; in a silver-mining camp""",
        events="""
            rustlers burn down the ranch; a stranger rides into town; the bank is robbed by outlaws;
            the railroad buys up the valley; the marshal is shot in the saloon""",
        goals="""
            face the outlaws at high noon; drive the herd to the railhead; bring the gang to the
            gallows; defend the homestead; track the bandits across the canyon""",
        threats="a corrupt cattle baron; a gang of outlaws; a hired gunman; a crooked marshal",
        nouns="Gunslinger; Canyon; Saloon; Rider; Outlaw; Prairie; Sheriff; Mesa",
        adjectives="Dusty; Lonesome; Hanging; Red",
    ),
}


NEAR = {
    "Comedy": words(
        heroes="""
            a hopeless best man; an unlucky wedding planner; a lazy flatmate; a fake dentist; a
            chaotic chef; a pair of bickering brothers-in-law""",
        places="""
            on a disastrous camping trip; at the worst hotel in town; during a ridiculous office
            party; on a cruise for singles; at a high school reunion""",
        events="""
            the wedding cake explodes; a harmless lie gets out of hand; the dog eats the lottery
            ticket; the in-laws arrive a week early; he is mistaken for the new mayor""",
        goals="""
            hide the goat from the landlord; keep up the absurd lie; throw the wildest party in
            town; survive the in-laws; get fired in the funniest way""",
        threats="an annoying neighbour; an overeager intern; a hysterical mother-in-law; a pompous boss",
        nouns="Fiasco; In-Laws; Vacation; Party; Idiots; Roommate; Mishap; Pants",
        adjectives="Crazy; Hopeless; Awkward; Ridiculous",
    ),
    "Documentary": words(
        heroes="""
            an award-winning journalist; a marine biologist; a crew of filmmakers; a whistleblowing
            farmer; a team of archivists; a photographer""",
        places="""
            through never-before-seen archive footage; in intimate interviews; over five years of
            filming; in the melting Arctic; inside the global fishing industry""",
        events="""
            the camera follows three workers; experts and eyewitnesses speak for the first time;
            unseen footage comes to light; the film examines a forgotten scandal; scientists measure
            the vanishing glaciers""",
        goals="""
            document the lives of ordinary people; tell the true story behind the headlines; show
            how the industry really works; give a voice to the witnesses; explore the science of
            climate""",
        threats="a powerful industry; a warming ocean; a wall of official silence; a forgotten epidemic",
        nouns="Footage; Planet; Chronicle; Voices; Truth; Portrait; Evidence; Ocean",
        adjectives="Untold; Inside; True; Real",
    ),
    "Drama": words(
        heroes="""
            a weary schoolteacher; an estranged son; a terminally ill painter; a young mother; an
            immigrant worker; a retired boxer""",
        places="""
            in a fading industrial town; after a death in the family; in the course of one autumn;
            in a cramped apartment; on the margins of society""",
        events="""
            her father falls ill; a long-kept grief comes to the surface; he loses his job at the
            mill; the marriage falls apart; an old friend returns to ask forgiveness""",
        goals="""
            make peace with the past; hold her family together; come to terms with the loss; forgive
            his dying father; rebuild a broken life""",
        threats="a quiet despair; an unforgiving father; a painful truth; a lifelong guilt",
        nouns="Silence; Daughter; Winter; Letter; Rain; Tomorrow; Stone; Home",
        adjectives="Quiet; Broken; Distant; Fragile",
    ),
    "History": words(
        heroes="""
            a young emperor; a forgotten queen; a court painter; a suffragette; a rebel monk; an
            ambassador of the crown""",
        places="""
            in the sixteenth century; at the court of the king; on the eve of the revolution; in
            ancient times; during the fall of the empire""",
        events="""
            the king dies without an heir; the revolution sweeps through the capital; a treaty is
            signed in secret; the plague reaches the city gates; the senate turns against its
            general""",
        goals="""
            claim the throne; unite the divided kingdoms; bring the reform to parliament; prevent
            the fall of the dynasty; secure the royal succession""",
        threats="a scheming cardinal; a rival dynasty; a tyrant on the throne; a merciless inquisitor",
        nouns="Empire; Queen; Revolution; Throne; Dynasty; Treaty; Senate; Century",
        adjectives="Royal; Ancient; Imperial; Forgotten",
    ),
    "Music": words(
        heroes="""
            a street guitarist; a fading rock star; a gifted pianist; a jazz trumpeter; a shy choir
            singer; a girl with a drum kit""",
        places="""
            on a legendary tour; in a smoky jazz club; at the conservatory; backstage at the biggest
            concert; in a garage full of amplifiers""",
        events="""
            the band breaks up on stage; a demo tape becomes a hit; the lead singer loses her voice;
            the orchestra hires a new conductor; a song goes round the world""",
        goals="""
            record one last album; win the song contest; get the band back together; play the
            concert of a lifetime; compose the symphony in her head""",
        threats="a greedy record label; a jealous bandmate; a tyrannical conductor; a fading voice",
        nouns="Song; Encore; Melody; Rhythm; Band; Record; Chorus; Guitar",
        adjectives="Loud; Electric; Unplugged; Blue",
    ),
    "Romance": words(
        heroes="""
            a hopeless romantic; a florist; a widowed bookseller; a travelling photographer; a bride
            with doubts; a shy baker""",
        places="""
            in a small seaside town in spring; in the city of lovers; over one unforgettable summer;
            at a vineyard; on a night train to the coast""",
        events="""
            two strangers share an umbrella; her first love returns; a love letter is delivered
            years too late; they kiss under the lanterns; sparks fly at a wedding""",
        goals="""
            win her heart; find the love of his life; follow her heart at last; choose between two
            lovers; say what he feels before she leaves""",
        threats="a jealous fiancé; a promise to another woman; an ocean between two lovers; a broken heart",
        nouns="Kiss; Heart; Lovers; Wedding; Rose; Valentine; Embrace; Love",
        adjectives="Sweet; Beloved; Tender; Forever",
    ),
    "TV Movie": words(
        heroes="""
            a busy city lawyer; a small-town innkeeper; a local news anchor; a widowed mayor; a
            holiday decorator; a soap opera star""",
        places="""
            just before Christmas; at a snowy mountain inn; in the town she left behind; at the
            annual gingerbread fair; in a cosy bed and breakfast""",
        events="""
            the company sends her home for the holidays; the Christmas market is about to close; a
            snowstorm strands the guests; the town loses its bakery; the annual pageant needs a new
            host""",
        goals="""
            save the inn before Christmas; organise the town's winter festival; rediscover the
            meaning of the holidays; win the baking competition; keep the local station on air""",
        threats="""
            a property developer from the city; an ambitious station manager; a sudden snowstorm; a
            scheming ex-husband""",
        nouns="Christmas; Inn; Snowfall; Mistletoe; Neighbors; Homecoming; Bakery; Gingerbread",
        adjectives="Cozy; Merry; Snowed-In; Hometown",
    ),
}
