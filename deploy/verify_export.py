#!/usr/bin/env python3
"""Verifies an export folder of Mesoline; shares no code with what made it. Needs Python 3.9 and python3-cryptography:
python3 verify_export.py FOLDER --trust FINGERPRINT --checkpoint FILE
  --trust       the fingerprint of the service's key, noted apart when the service was installed
  --checkpoint  lines of checkpoints.jsonl that were kept apart, one of them of a time after the record's last event
Ends with 0 only where everything holds, 1 where anything does not, 2 where it was asked wrongly."""
import argparse, hashlib, json, os, re, stat, sys, zlib
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
GENESIS, LARGEST, MOST_FILES = "0" * 64, 512 << 20, 200_000
NEEDED = "record.json record.pdf audit.csv signatures.json checkpoints.jsonl keys/service-ed25519.json keys/service-ed25519.pem".split()
PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,6}")
EVENT, MAY = set("schema scope seq utc monotonic actor action object".split()), set("old new unit reason data happenedAt".split())
STATED = set("signedSeq signedHash signer userName printedName role meaning subject signedAt components key signature".split())
AUDIT = "scope number recorded_utc happened_utc printed_name user_name roles terminal acted_by action object old new unit reason data sha256"
class Doubt(Exception): "What cannot be read as it should be proves nothing."
def must(holds, where, problem):
    if not holds: raise Doubt(f"{where}: {problem}")
def unreadable(error): raise error
def sha(data): return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
def link(before, text): return sha(b"\0" + bytes.fromhex(before) + text.encode())
def without(value, *names): return {key: each for key, each in value.items() if key not in names}
def grouped(digits): return "-".join(re.findall("....", digits))
def canonical(value):
    """RFC 8785, for what records hold: text, whole numbers, true, false, null, lists and objects."""
    if value is None or isinstance(value, (bool, str)): return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list): return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    must(type(value) is int and abs(value) < 2 ** 53, "JSON", "a number in it is not whole")
    return str(value)
def parsed(text, where, end=""):
    """The value of a text that is exactly its canonical form: a changed byte, a doubled key or a space shows."""
    value = json.loads(text)
    must(canonical(value) + end == text, where, "it is not canonical JSON: at least one byte of it was changed")
    return value
def read(*path):
    """Neither a link nor a pipe stands in for a file, and none is larger than a part of a record can be."""
    with os.fdopen(os.open(os.path.join(*path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        must(stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST, path[-1], "it is not a file, or larger than one of an export can be")
        return file.read()
def check_signed(said, text, key, trust, where):
    must(said["key"] == trust, where, "it is signed with another key than the trusted one")
    must(re.fullmatch("[0-9a-f]{128}", said["signature"]), where, "its signature is none")
    try: key.verify(bytes.fromhex(said["signature"]), text.encode())
    except InvalidSignature: raise Doubt(f"{where}: its signature does not hold for what it says") from None
def check_files(folder):
    """Every file that lies there is named in the manifest with its digest, and every one named lies there."""
    manifest, found = parsed(read(folder, "manifest.json").decode(), "manifest.json", "\n"), set()
    must(manifest["format"] == "mesoline-export-folder/1" and manifest["purpose"] == "folder", "manifest.json", "it is none")
    for path in (os.path.join(place, name) for place, folders, names in os.walk(folder, onerror=unreadable) for name in folders + names):
        mode, short = os.lstat(path).st_mode, os.path.relpath(path, folder).replace(os.sep, "/")
        must(stat.S_ISDIR(mode) or stat.S_ISREG(mode), short, "it is neither a file nor a folder")
        if stat.S_ISREG(mode): found.add(short)
        must(len(found) <= MOST_FILES, "the folder", "it holds more files than an export can have")
    for name in sorted({*found, *manifest["files"], *NEEDED} - {"manifest.json"}):
        must(name in manifest["files"] and name in found, name, "it is added, or missing: manifest and folder have to agree")
        must(PATH.fullmatch(name), name, "it is no path within the folder")
        content = read(folder, name)
        must(manifest["files"][name] == {"bytes": len(content), "sha256": sha(content)}, name, "it is not the file that was handed out")
    return manifest
def check_event(event, scope, seq, before, said_hash):
    where = f"event {scope} #{seq} ({event.get('action')})"
    must(EVENT <= set(event) <= EVENT | MAY and event["schema"] == 1, where, "it has not the form of an event")
    must([event["scope"], event["seq"]] == [scope, seq] and type(event["seq"]) is int, where, "it says that it is another")
    must(link(before, canonical(event)) == said_hash, where, "its content and the hash before it do not give its hash")
    return where
def check_signature(event, before, key, trust, where):
    data, actor = event["data"], event["actor"]
    must(set(data) == STATED and [data["signedHash"], data["signedSeq"]] == [before, str(event["seq"] - 1)], where, "it is of another record")
    must(actor["kind"] == "person" and [actor["id"], actor["userName"], actor["printedName"], event["new"], event["object"]]
         == [data[name] for name in ("signer", "userName", "printedName", "meaning", "subject")], where,
         "the event names another signer, meaning or subject than the signature in it")
    stated = {**without(data, "key", "signature"), "purpose": "signature", "scope": event["scope"]}
    check_signed(data, canonical(stated), key, trust, where)
    return event["seq"]
def check_checkpoint(line, key, trust, where):
    said = parsed(line, where)
    must(said.get("purpose") == "checkpoint" and said["schema"] in (1, 2), where, "it is not a checkpoint")
    check_signed(said, canonical(without(said, "signature")), key, trust, where)
    return said
def check_record(document, trust):
    parts = "format events site checkpoint key manifest".split() + ["related"] * ("related" in document)
    must(set(document) == set(parts) and document["format"] == f"mesoline-record-export/{len(parts) - 5}", "record.json", "it is none")
    raw, manifest, site = bytes.fromhex(document["key"]["publicKey"]), document["manifest"], document["site"]
    must(grouped(sha(raw)) == document["key"]["fingerprint"] == trust, "the key", "it is not the trusted one")
    key, scope, before, signatures = Ed25519PublicKey.from_public_bytes(raw), manifest["scope"], GENESIS, []
    hashes = [each["hash"] for each in document["events"]]
    for seq, event in enumerate((each["event"] for each in document["events"]), 1):
        where = check_event(event, scope, seq, before, hashes[seq - 1])
        if event["action"] == "signed": signatures.append(check_signature(event, before, key, trust, where))
        before = hashes[seq - 1]
    said = [manifest[name] for name in ("purpose", "events", "head", "signatures")]
    must(said == ["export", len(hashes), before, signatures], "the manifest of the record", "it speaks of other events or signatures")
    head, heads, own, bound = site["before"], {site["from"] - 1: site["before"]}, [], {}
    must(site["from"] > 1 or head == GENESIS, "the site chain", "it does not begin at the genesis hash")
    for position, entry in enumerate(site["entries"], site["from"]):
        head = heads[position] = link(head, canonical({"schema": 1, "scope": "site", "seq": position, "event": entry}))
        bound[(entry["scope"], entry["seq"])] = entry["hash"]
        own += [(position, entry["seq"], entry["hash"])] * (entry["scope"] == scope)
    must([each[1:] for each in own] == list(enumerate(hashes, 1)), "the site chain", "it binds other events than there are")
    point = check_checkpoint(document["checkpoint"], key, trust, "the checkpoint of the record")
    reached = [point["site"], point["heads"][scope]] == [{"count": max(heads), "head": head}, {"count": len(hashes), "head": before}]
    must(reached, "the checkpoint of the record", "it is not of this record, or the site chain does not run to it")
    for each in document.get("related", []):
        event = each["event"]
        where = check_event(event, event["scope"], event["seq"], each["before"], each["hash"])
        once = bound.pop((event["scope"], event["seq"]), None)
        must(event["scope"] != scope and once == each["hash"], where, "the site chain does not bind it, or it stands twice")
    must(manifest["digest"] == sha(canonical(without(document, "manifest"))), "the manifest of the record", "it is of another one")
    check_signed({**manifest, "key": trust}, canonical(without(manifest, "signature")), key, trust, "the manifest of the record")
    return key, hashes, heads, own[-1][0], point
def check_kept(path, document, trust, key, hashes, heads, last, point):
    covers, known, scope = False, {}, document["manifest"]["scope"]
    for number, line in enumerate(filter(None, read(path).decode().split("\n")), 1):
        where = f"the checkpoint kept apart, line {number}"
        said = check_checkpoint(line, key, trust, where)
        count, own = said["site"]["count"], said["heads"].get(scope)
        must(heads.get(count, said["site"]["head"]) == said["site"]["head"], where, "it is of another site chain: the export was made anew")
        must(own is None or own["count"] <= len(hashes), where, "the record had more events then: the export is of an earlier moment")
        must(own is None or hashes[own["count"] - 1] == own["head"], where, "it was signed for another record of that name")
        must(said["number"] != point["number"] or line == document["checkpoint"], where, "the record has another of that number")
        must(known.get(said["number"] - 1, said["previous"]) == said["previous"], where, "it names another checkpoint before it")
        known[said["number"]] = sha(line)
        covers = covers or (count in heads and count >= last)
    must(covers, "the checkpoint kept apart", "no line of it covers the whole record: bring one of its time, of after its last event")
def cell(value):
    value = value if isinstance(value, str) else "" if value is None else canonical(value)
    value = re.sub(r"^(?=[=+\-@\t\r])(?![+-]?[0-9]+(\.[0-9]+)?\Z)", "'", value)
    return '"' + value.replace('"', '""') + '"' if re.search('[",\r\n]', value) else value
def audit_row(event, digest):
    actor, said = event["actor"], [canonical(event[name]) if event.get(name, "") is None else event.get(name) for name in ("old", "new")]
    by = f"batch {actor['batch']}" if actor["kind"] == "batch" else f"service: {actor.get('part')}"
    person = actor["kind"] == "person" and [actor["printedName"], actor["userName"], "; ".join(actor["roles"]), actor["terminal"], "person"]
    what = [event["action"], event["object"], *said, event.get("unit"), event.get("reason"), event.get("data"), digest]
    when = [event["scope"], str(event["seq"]), event["utc"], event.get("happenedAt")]
    return ",".join(map(cell, [*when, *(person or ["", "", "", "", by]), *what])) + "\r\n"
def check_derived(folder, document, key):
    """Files that say again what the record says."""
    lines = [(each["event"], each["hash"]) for each in document["events"] + document.get("related", [])]
    signed = [{**event["data"], "scope": event["scope"], "seq": event["seq"], "hash": digest}
              for event, digest in lines[:len(document["events"])] if event["action"] == "signed"]
    audit = AUDIT.replace(" ", ",") + "\r\n" + "".join(audit_row(*each) for each in lines)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for name, text in {"audit.csv": audit, "signatures.json": canonical(signed) + "\n", "checkpoints.jsonl": document["checkpoint"] + "\n",
                       "keys/service-ed25519.pem": pem, "keys/service-ed25519.json": canonical(document["key"]) + "\n"}.items():
        must(read(folder, name) == text.encode(), name, "it says something else than the record")
def check_telemetry(folder, manifest, document):
    expected, batch = set(), document["manifest"]["scope"][len("batch/"):]
    for data in (each["event"]["data"] for each in document["events"] if each["event"]["action"] == "segment-sealed"):
        number, where = int(data["number"]), f"segment {data['number']} of {data['skid']}"
        name, before = (f"telemetry/{data['skid']}/{each:06}.jsonl.gz" for each in (number, number - 1))
        must(name in manifest["files"] and name not in expected, where, f"the record seals it, and {name} is not there, or twice")
        must(data["number"] == str(number) and (number == 1 or before in manifest["files"]), where, "the segment before it is missing")
        expected.add(name)
        unzip = zlib.decompressobj(31)
        content = unzip.decompress(read(folder, name), int(data["bytes"]) + 1)
        must(unzip.eof and not unzip.unused_data and [str(len(content)), sha(content)] == [data["bytes"], data["digest"]], where,
             "what it holds is not what was sealed")
        header = json.loads(content.split(b"\n")[0])
        must([header[each] for each in ("batch", "skid", "number", "from")] == [batch, data["skid"], number, data["from"]], where,
             "it says of itself that it is another segment")
    for name in manifest["files"]:
        must(not name.startswith("telemetry/") or name in expected, name, "no line of the record seals it")
    return len(expected)
def verify(folder, trust, kept):
    """@returns what holds, sentence by sentence. @raises Doubt, or what else shows that the folder is not what it should be."""
    manifest, document = check_files(folder), parsed(read(folder, "record.json").decode(), "record.json", "\n")
    key, hashes, heads, last, point = check_record(document, trust)
    check_signed(manifest, canonical(without(manifest, "signature")), key, trust, "manifest.json")
    record = document["manifest"]
    must(all(manifest[name] == record[name] for name in ("scope", "events", "head")), "manifest.json", "it is of another record")
    check_kept(kept, document, trust, key, hashes, heads, last, point)
    check_derived(folder, document, key)
    segments = check_telemetry(folder, manifest, document)
    return [f"The record {record['scope']}, {len(hashes)} events and {len(record['signatures'])} signatures, is whole and unchanged.",
            f"Checkpoint {point['number']} of {point['utc']} covers it, and the one kept apart agrees with it.",
            f"{len(manifest['files'])} files are as they were handed out; {segments} segments of telemetry hold what was measured."]
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, more in (("folder", {}), *((name, {"required": True}) for name in ("--trust", "--checkpoint"))): parser.add_argument(name, **more)
    asked = parser.parse_args()
    digits = re.sub(r"[\s:-]", "", asked.trust.lower())
    if not re.fullmatch("[0-9a-f]{64}", digits): parser.error("--trust: a fingerprint is 64 hexadecimal digits, in groups or not")
    kept = os.path.realpath(asked.checkpoint)
    if not os.path.isdir(asked.folder) or not os.path.isfile(kept): parser.error("there is no such folder, or no such checkpoint file")
    if kept.startswith(os.path.realpath(asked.folder) + os.sep):
        parser.error("--checkpoint: one that came with the export proves nothing; bring one that was kept apart")
    try:
        held = verify(asked.folder, grouped(digits), kept)
        print("\n".join(f"  holds      {each}" for each in held) + "\n\nVERIFIED: everything that was checked holds.")
        return 0
    except (Doubt, OSError, zlib.error, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        form = "" if isinstance(error, (Doubt, OSError)) else f"it is not in the form of an export, {type(error).__name__}: "
        print(f"  DOES NOT   {form}{error}\n\nNOT VERIFIED: what is listed above does not hold.")
        return 1
if __name__ == "__main__": sys.exit(main())
