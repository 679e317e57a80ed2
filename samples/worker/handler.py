"""A RunPod worker that needs no GPU: language, key phrases and a summary of each flashpoint.

    python handler.py                    as RunPod starts it
    python handler.py --rp_serve_api     as a local HTTP server (runpod's own)
    python handler.py --stdin            one job as JSON on standard input, entries on standard output
"""

import asyncio
import hashlib
import http.client
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections import Counter
from itertools import groupby

STOP_WORDS = {language: frozenset(words.split()) for language, words in {
    "en": "a about after all also an and any are as at be been before but by can could did do for from had has "
          "have he her his if in into is it its last more most no nobody not now of on one only or other our "
          "out over said she so some than that the their them then there they this to two until up was were "
          "what when which who will with would you",
    "es": "a al algo alguien antes aunque cada como con cuando de del desde donde dos el ella en entre es esta "
          "este fue ha han hasta hay la las le les lo los mas me mejor muy más nada ni no o otra otros para "
          "pero por porque que quien se según ser si sin sobre son su sus también todo todos un una uno unos ya "
          "y",
    "fr": "a au aussi autre aux avait avec ce cela ces cette ceux chaque comme d dans de depuis des deux du "
          "elle en encore est et été il ils j jamais l la le les leur leurs lui mais me même n ne nous on ont "
          "ou où par pas pendant plus plusieurs pour qu quand que qui s sa sans se ses si son sont sur tandis "
          "tous tout très trop un une vers y",
    "de": "aber alle als am an auch auf aus bei beim bis bleibt da damit das dass dem den der des die diese "
          "doch durch ein eine einem einen einer er es für früher gegen gibt haben hat hinter ich ihm ihr im in "
          "ist jede jeden jetzt kann kaum können man mehr mit nach nicht noch nun nur ob oder ohne sagte schon "
          "sein seit sich sie sind so soll über um und viele vom von vor war was weil wenn werden wie wird "
          "wurde zu zum zur zwei zwischen",
    "it": "a abbastanza ai al alla alle altri anche anno c che chi ci come con così d da dai dal dalla davanti "
          "degli dei del dell della delle di dice dove due e è ed era fino fra gli ha hanno i il in l la le lo "
          "loro ma molti nei nel nella nelle non o ogni per perché però più poco poi quasi quattro quei quell "
          "quella quest qualche sarà se si sono su suo tra tutti un una uno",
    "pt": "a ainda ao aos as até cada com como da das de depois do dois dos durante e é ela em entre era essa "
          "esta está eu foi há isso já lhe mais mas mesma mesmo muito muitas na não nas nem no nos o onde os ou "
          "outro outros para pela pelo pouco por porém porque quase que quem se seja sem seu sobre sua também "
          "tão tem todas três um uma umas vai vão",
    "nl": "aan al alle als andere bij daar daarom dan dat de deze die dit door dus een elk en er ervan ga geen "
          "goed haar had heeft hem het hier hoe hun ik in is je kan later maar meer met moet na naar niet nog "
          "nu of om onder ook op over precies sinds te tegen tot tussen uit van vanaf veel vier voor waar "
          "wanneer was wat we wil worden wordt ze zegt zij zijn zo zodat",
}.items()}

WORD = re.compile(r"[^\W\d_]+|\d+")
SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’»]))\s+(?=[\"'“«¿¡(A-ZÀ-Þ0-9])")


def text_of(feed):
    """A feed is an object with a text, or a text itself. An address alone has no text."""
    text = feed.get("text") if isinstance(feed, dict) else feed
    text = text.strip() if isinstance(text, str) else ""
    return "" if re.fullmatch(r"\S*:\S*", text) else text


def words_of(text):
    return [word.lower() for word in WORD.findall(text)]


def sentences_of(text):
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return [sentence for paragraph in paragraphs for sentence in SENTENCE_END.split(paragraph) if sentence]


def guess_language(words):
    """The language whose stop words occur most, and how far it is ahead, from 0 to 1; und when none occurs."""
    hits = {language: sum(word in stop for word in words) ** 2 for language, stop in STOP_WORDS.items()}
    best = max(hits, key=hits.get)
    return (best, round(hits[best] / sum(hits.values()), 3)) if hits[best] else ("und", 0)


def carries(word, stop):
    """Whether a word carries a subject."""
    return len(word) > 1 and not word[0].isdigit() and word not in stop


def key_phrases(sentences, stop, count=5):
    """Runs of up to three words between stop words, by how often they and their words occur; none repeats a word."""
    phrases, weights = Counter(), Counter()
    for sentence in sentences:
        runs = groupby(words_of(sentence), key=lambda word: carries(word, stop))
        for run in (list(words) for is_run, words in runs if is_run):
            weights.update(run)
            phrases.update(tuple(run[i:i + n]) for n in (1, 2, 3) for i in range(len(run) - n + 1))

    def score(phrase):
        again = phrases[phrase] if len(phrase) == 1 or phrases[phrase] > 1 else 0.5
        return again * len(phrase) ** 0.9 * sum(weights[word] for word in phrase) / len(phrase)

    best = []
    for phrase in sorted(phrases, key=score, reverse=True):
        if not any(set(phrase) & set(other) for other in best):
            best.append(phrase)
    return [" ".join(phrase) for phrase in best[:count]]


def summarize(sentences, stop, count=2):
    """The sentences that say most of what the others say, in the order of the text."""
    subjects = [{word for word in words_of(sentence) if carries(word, stop)} for sentence in sentences]
    weights = Counter(word for subject in subjects for word in subject)

    def score(index):
        words = subjects[index]
        return sum(weights[word] for word in words) / (len(words) + 3) if words else 0

    best = sorted(range(len(sentences)), key=score, reverse=True)[:count]
    return " ".join(sentences[index] for index in sorted(best))


def analyse(flashpoint):
    """The result of one flashpoint."""
    texts = [text for text in map(text_of, flashpoint.get("feeds") or []) if WORD.search(text)]
    if not texts:
        return {"id": flashpoint["id"], "error": "no text in its feeds"}
    guesses = [guess_language(words_of(text)) for text in texts]
    language = max(dict(guesses), key=lambda one: sum(len(t) for t, guess in zip(texts, guesses) if guess[0] == one))
    sentences = [sentences_of(text) for text in texts]
    # What is in other languages counts, but phrases and summary stay in the main one.
    main = [sentence for part, guess in zip(sentences, guesses) if guess[0] == language for sentence in part]
    stop = STOP_WORDS.get(language, frozenset())
    return {
        "id": flashpoint["id"],
        "language": language,
        "language_confidence": max(confidence for one, confidence in guesses if one == language),
        "key_phrases": key_phrases(main, stop),
        "summary": summarize(main, stop),
        "words": sum(len(words_of(text)) for text in texts),
        "sentences": sum(map(len, sentences)),
        "feeds": len(texts),
    }


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetch(reference):
    """What a reference {"ref":"https://…","bytes":…,"sha256":…} names. Errors leave the query out: it is as good as a key."""
    url, size, digest = reference["ref"], reference["bytes"], reference["sha256"].lower()
    shown = url.partition("?")[0]
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"flashpoints: this worker reads https:// and http:// alone, not {shown}")
    try:
        with urllib.request.build_opener(NoRedirect).open(url, timeout=60) as answer:
            content = answer.read(size + 1)
    except urllib.error.HTTPError as error:
        raise ValueError(f"flashpoints: {shown} cannot be read: the server answered {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        raise ValueError(f"flashpoints: {shown} cannot be read: {type(error).__name__}") from None
    if len(content) != size:
        raise ValueError(f"flashpoints: {shown} has {'more' if len(content) > size else len(content)} bytes, not {size}")
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"flashpoints: {shown} has another SHA-256 than {digest}")
    return json.loads(content)


async def flashpoints_of(job):
    """The flashpoints, or, of a job that could not carry them, what its input refers to."""
    flashpoints = job["input"]["flashpoints"]
    return flashpoints if isinstance(flashpoints, list) else await asyncio.to_thread(fetch, flashpoints)


async def handler(job):
    """Yields one entry per flashpoint. Asynchronous, so that a cancelled job stops at the next flashpoint."""
    flashpoints, worker = await flashpoints_of(job), job["input"].get("worker", 1)
    log(f"Worker {worker} starting with {len(flashpoints)} flashpoints")
    for flashpoint in flashpoints:
        yield analyse(flashpoint)
        log(f"Worker {worker} completed flashpoint {flashpoint['id']}")
        await asyncio.sleep(0)
    log(f"Worker {worker} completed all {len(flashpoints)} flashpoints")


def log(line):
    print(line, file=sys.stderr, flush=True)


async def run_stdin():
    """One line per entry as it is done. Fewer than two go in a list: a single document is the whole output.

    Under `fanout agent` each entry has a receipt before the next is begun: no kill can then cost more than one.
    """
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stderr.reconfigure(encoding="utf-8")
    job = json.load(sys.stdin.buffer)
    job["input"]["flashpoints"] = await flashpoints_of(job)
    if len(job["input"]["flashpoints"]) < 2:
        print(json.dumps([entry async for entry in handler(job)], ensure_ascii=False))
        return
    receipts = open(os.environ["FANOUT_RECEIPTS"], encoding="utf-8") if "FANOUT_RECEIPTS" in os.environ else None
    async for entry in handler(job):
        print(json.dumps(entry, ensure_ascii=False), flush=True)
        if receipts:
            receipts.readline()


if __name__ == "__main__":
    if "--stdin" in sys.argv[1:]:
        asyncio.run(run_stdin())
    else:
        import runpod

        runpod.serverless.start({"handler": handler, "return_aggregate_stream": True})
