"""Words of the genres that race: action, adventure, science fiction, fantasy, war, western, animation, family."""

from humancentric.demo.words import words

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
