"""Words of the genres with a crime or a shadow in them: crime, horror, mystery, thriller."""

from humancentric.demo.words import words

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
