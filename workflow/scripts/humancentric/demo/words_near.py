"""Words of the genres close to life: comedy, documentary, drama, history, music, romance, TV movie."""

from humancentric.demo.words import words

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
