#!/usr/bin/env python3
"""Verifies an export folder; shares no code with what made it. Needs Python 3.9 and python3-cryptography:
python3 verify_export.py FOLDER --trust FINGERPRINT --checkpoint FILE
  --trust       the fingerprint of the service's key, noted apart when the service was installed
  --checkpoint  lines of checkpoints.jsonl that were kept apart, one of them of a time after the record's last event
Ends with 0 only where everything holds, 1 where anything does not or one of the two was not given, 2 where it was asked wrongly."""
import argparse, base64, hashlib, json, os, re, stat, sys, zlib
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
NEEDED = "record.json record.pdf audit.csv signatures.json checkpoints.jsonl keys/service-ed25519.json keys/service-ed25519.pem README.txt".split()
GENESIS, LARGEST, MOST_NAMES, PATH = "0" * 64, 512 << 20, 200_000, re.compile(r"(?=.{1,300}\Z)\w[\w.-]*(/\w[\w.-]*){0,6}", re.ASCII)
SCHEMA = "56b79a77731f0e74c7403a4f7375be9669452aaa41d8da2a9cfe178eaf8d1526"  # of the ledger's tables and rules: the one there has been
AUDIT = "scope number recorded_utc happened_utc printed_name user_name roles terminal acted_by action object old new unit reason data sha256"
# Forms: fields, text unless a sign follows: # a whole number, = a hash, { an object, [ a list of text, * anything; one after ? may be missing.
EVENT = "schema# scope seq# utc monotonic actor{ action object ?old* ?new* ?unit ?reason ?data{ ?happenedAt"
ACTORS = {"person": "kind id userName printedName roles[ terminal", "batch": "kind batch", "service": "kind part"}
STATED = "signedSeq signedHash signer userName printedName role meaning subject signedAt components[ key signature"
CHECKPOINT = "purpose schema# number# previous= utc monotonic build schemaHash= site{ scopes# heads{ key signature"
RECORD, OF_RECORD = "format events* site{ checkpoint key{ manifest{", "purpose scope events# head= signatures* exportedAt build digest= signature"
OF_FOLDER = "format purpose scope exportedAt build head= events# files{ key signature"
class Doubt(Exception): "What cannot be read as it should be proves nothing."
def must(holds, where, problem):
    if not holds: raise Doubt(f"{where}: {problem}")
def is_of(each, sign):
    if type(each) is not {"#": int, "{": dict, "[": list, "*": type(each)}.get(sign, str) or sign == "#" and each < 0: return False
    return all(type(part) is str for part in each) if sign == "[" else sign != "=" or re.fullmatch("[0-9a-f]{64}", each) is not None
def fits(value, form):
    fields = {name: (sign, may) for may, name, sign in re.findall(r"(\??)(\w+)([#=*{\[]?)", form)}
    return type(value) is dict and value.keys() <= fields.keys() and all(
        may and name not in value or is_of(value.get(name), sign) for name, (sign, may) in fields.items())
def sha(data): return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
def link(before, text): return sha(b"\0" + bytes.fromhex(before) + text.encode())
def without(value, *names): return {key: each for key, each in value.items() if key not in names}
def grouped(digits): return "-".join(re.findall("....", digits))
def ordered(value, depth=0):
    must(depth <= 128 and type(value) is not float and (type(value) is not int or abs(value) < 2 ** 53), "JSON", "not whole, or it is nested too deep")
    if type(value) is not dict: return [ordered(each, depth + 1) for each in value] if type(value) is list else value
    return {name: ordered(value[name], depth + 1) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
def canonical(value): return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":"))  # RFC 8785, for what records hold
def parsed(text, where, end=""):  # a changed byte, a doubled key or a space shows
    value = json.loads(text)
    must(canonical(value) + end == text, where, "it is not canonical JSON: at least one byte of it was changed")
    return value
def read(*path):  # neither a link nor a pipe stands in for a file
    with os.fdopen(os.open(os.path.join(*path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        must(stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST, path[-1], "it is not a file, or larger than one of an export can be")
        return file.read()
def check_signed(said, text, key, trust, where):
    must(said["key"] == trust and re.fullmatch("[0-9a-f]{128}", said["signature"]), where, "it is not signed, or not with the trusted key")
    try: key.verify(bytes.fromhex(said["signature"]), text.encode())
    except InvalidSignature: raise Doubt(f"{where}: its signature does not hold for what it says") from None
def check_files(folder):  # every file there is named in the manifest with its digest, every one named is there, and nothing else is
    manifest, waiting, found, seen = parsed(read(folder, "manifest.json").decode(), "manifest.json", "\n"), [""], set(), 0
    must(fits(manifest, OF_FOLDER) and manifest["format"] == "mesoline-export-folder/1" and manifest["purpose"] == "folder", "manifest.json", "it is none")
    for prefix in waiting:
        before = seen
        for seen, entry in enumerate(os.scandir(os.path.join(folder, prefix)), seen + 1):
            name, mode = prefix + entry.name, entry.stat(follow_symlinks=False).st_mode
            must(seen <= MOST_NAMES, "the folder", "it holds more files and folders than an export can have")
            must(stat.S_ISDIR(mode) or stat.S_ISREG(mode), name, "it is neither a file nor a folder")
            found.add(name) if stat.S_ISREG(mode) else waiting.append(name + "/")
        must(seen > before, prefix, "it is a folder with nothing in it: it was added")
    for name in sorted({*(found - {"manifest.json"}), *manifest["files"], *NEEDED}):
        must(name in manifest["files"] and name in found and PATH.fullmatch(name), name, "it is added, or missing, or no path of an export")
        content = read(folder, name)
        must(canonical(manifest["files"][name]) == canonical({"bytes": len(content), "sha256": sha(content)}), name, "it was changed")
    return manifest
def check_event(each, scope, seq, before, key, trust):
    event, where = each["event"], f"event {scope} #{seq} ({each['event'].get('action')})"
    is_one = fits(each, "event{ hash= ?before=") and fits(event, EVENT) and fits(event["actor"], ACTORS.get(event["actor"].get("kind"), "none"))
    must(is_one and event["schema"] == 1, where, "it has not the form of an event")
    must([event["scope"], event["seq"]] == [scope, seq], where, "it says that it is another")
    must(link(before, canonical(event)) == each["hash"], where, "its content and the hash before it do not give its hash")
    if event["action"] != "signed": return
    data, actor = event.get("data"), event["actor"]
    must(fits(data, STATED) and [data["signedHash"], data["signedSeq"]] == [before, str(seq - 1)], where, "it is of another record")
    said = [actor.get("id"), actor.get("userName"), actor.get("printedName"), event.get("new"), event["object"]]
    must(said == [data[name] for name in "signer userName printedName meaning subject".split()], where, "it names another signer, meaning or subject")
    check_signed(data, canonical({**without(data, "key", "signature"), "purpose": "signature", "scope": scope}), key, trust, where)
def check_checkpoint(line, key, trust, where):
    said = parsed(line, where)
    is_one = fits(said, CHECKPOINT + " clock{" * (said["schema"] == 2)) and said["purpose"] == "checkpoint" and said["schema"] in (1, 2)
    must(is_one and all(fits(each, "count# head=") for each in [said["site"], *said["heads"].values()]), where, "it is not a checkpoint")
    must(said["schemaHash"] == SCHEMA and said["number"] > 0, where, "it is of another schema than this verifier knows")
    check_signed(said, canonical(without(said, "signature")), key, trust, where)
    return said
def check_record(document, trust):
    is_one = fits(document, RECORD + " related*" * ("related" in document)) and fits(document["manifest"], OF_RECORD)
    must(is_one and document["format"] == f"mesoline-record-export/{1 + ('related' in document)}", "record.json", "it is none")
    raw, manifest, site, events = bytes.fromhex(document["key"]["publicKey"]), document["manifest"], document["site"], document["events"]
    said = {"algorithm": "Ed25519", "publicKey": raw.hex(), "fingerprint": grouped(sha(raw))}
    must(document["key"] == said and said["fingerprint"] == trust, "the key", "it is not the trusted one")
    key, scope, hashes = Ed25519PublicKey.from_public_bytes(raw), manifest["scope"], [each["hash"] for each in events]
    for seq, (each, before) in enumerate(zip(events, [GENESIS, *hashes]), 1): check_event(each, scope, seq, before, key, trust)
    said = ["export", len(hashes), hashes[-1], [seq for seq, each in enumerate(events, 1) if each["event"]["action"] == "signed"]]
    must(canonical(said) == canonical([manifest[name] for name in "purpose events head signatures".split()]), "the manifest", "it is of other events")
    head, heads, own, bound = site["before"], {site["from"] - 1: site["before"]}, [], {}
    must(site["from"] > 1 or head == GENESIS, "the site chain", "it does not begin at the genesis hash")
    for position, entry in enumerate(site["entries"], site["from"]):
        head = heads[position] = link(head, canonical({"schema": 1, "scope": "site", "seq": position, "event": entry}))
        bound[(entry["scope"], entry["seq"])] = entry["hash"]
        own += [(position, entry["seq"], entry["hash"])] * (entry["scope"] == scope)
    is_one = all(fits(entry, "scope seq# hash=") for entry in site["entries"]) and fits(site, "before= from# entries*")
    must(is_one and [each[1:] for each in own] == list(enumerate(hashes, 1)), "the site chain", "it binds other events than there are")
    point = check_checkpoint(document["checkpoint"], key, trust, "the checkpoint of the record")
    reached = [point["site"], point["heads"][scope]] == [{"count": max(heads), "head": head}, {"count": len(hashes), "head": hashes[-1]}]
    must(reached, "the checkpoint of the record", "it is not of this record, or the site chain does not run to it")
    for each in document.get("related", []):
        name = each["event"]["scope"], each["event"]["seq"]
        check_event(each, *name, each["before"], key, trust)
        must(name[0] != scope and bound.pop(name, None) == each["hash"], f"event {name}", "the site chain does not bind it, or it stands twice")
    must(manifest["digest"] == sha(canonical(without(document, "manifest"))), "the manifest of the record", "it is of another one")
    check_signed({**manifest, "key": trust}, canonical(without(manifest, "signature")), key, trust, "the manifest of the record")
    return key, hashes, heads, own[-1][0], point
def check_kept(path, document, trust, key, hashes, heads, last, point):
    covers, befores, scope, own_heads = False, [("the record", point)], document["manifest"]["scope"], [GENESIS, *hashes]
    known = {point["number"]: sha(document["checkpoint"])}
    for number, line in enumerate(filter(None, read(path).decode().split("\n")), 1):
        where = f"the checkpoint kept apart, line {number}"
        said = check_checkpoint(line, key, trust, where)
        count, own = said["site"]["count"], said["heads"].get(scope, {"count": 0, "head": GENESIS})
        must(heads.get(count, said["site"]["head"]) == said["site"]["head"], where, "it is of another site chain: the export was made anew")
        must(own_heads[own["count"]:own["count"] + 1] == [own["head"]], where, "the record had more events then, or others: it was cut or made anew")
        must(known.setdefault(said["number"], sha(line)) == sha(line), where, "there is another one of that number")
        befores.append((where, said))
        covers = covers or (count in heads and count >= last)
    for where, said in befores: must(known.get(said["number"] - 1, said["previous"]) == said["previous"], where, "it names another before it")
    must(covers, "the checkpoint kept apart", "no line of it covers the whole record: bring one of its time, of after its last event")
def cell(value):
    value = re.sub(r"^(?=[=+\-@\t\r])(?![+-]?[0-9]+(\.[0-9]+)?\Z)", "'", value if isinstance(value, str) else canonical(value))
    return '"' + value.replace('"', '""') + '"' if re.search('[",\r\n]', value) else value
def audit_row(event, digest):
    actor = event["actor"]
    by = {"batch": f"batch {actor.get('batch')}", "service": f"service: {actor.get('part')}"}.get(actor["kind"], "person")
    who = [actor.get("printedName", ""), actor.get("userName", ""), "; ".join(actor.get("roles", [])), actor.get("terminal", ""), by]
    what = [event.get(name, "") for name in "action object old new unit reason data".split()]
    return ",".join(map(cell, [event["scope"], str(event["seq"]), event["utc"], event.get("happenedAt", ""), *who, *what, digest])) + "\r\n"
def check_derived(folder, document):  # files that say again what the record says
    lines = [(each["event"], each["hash"]) for each in document["events"] + document.get("related", [])]
    signed = [{**event["data"], "scope": event["scope"], "seq": event["seq"], "hash": digest}
              for event, digest in lines[:len(document["events"])] if event["action"] == "signed"]
    audit = AUDIT.replace(" ", ",") + "\r\n" + "".join(audit_row(*each) for each in lines)
    key = base64.b64encode(bytes.fromhex("302a300506032b6570032100" + document["key"]["publicKey"])).decode()  # RFC 8410
    for name, text in {"audit.csv": audit, "signatures.json": canonical(signed) + "\n", "checkpoints.jsonl": document["checkpoint"] + "\n",
                       "keys/service-ed25519.pem": f"-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n",
                       "keys/service-ed25519.json": canonical(document["key"]) + "\n"}.items():
        must(read(folder, name) == text.encode(), name, "it says something else than the record")
def check_telemetry(folder, manifest, document):
    batch, sealed, begun, ours = document["manifest"]["scope"][len("batch/"):], set(), {}, ("segment-opened", "segment-sealed")
    for event in (each["event"] for each in document["events"] if each["event"]["action"] in ours):
        data, skid, number = event["data"], event["data"]["skid"], int(event["data"]["number"])
        where, (name, before) = f"segment {number} of {skid}", (f"telemetry/{skid}/{each:06}.jsonl.gz" for each in (number, number - 1))
        must(number > 0 and data["number"] == str(number), where, "it has no number")
        if event["action"] == "segment-opened":
            must(begun.setdefault(skid, number) == number, f"segment {begun[skid]} of {skid}", "it was begun and never sealed")
            continue
        if begun.get(skid) == number: del begun[skid]
        is_there = {name, before if number > 1 else name} <= manifest["files"].keys()
        must(is_there and name not in sealed, where, f"{name} is not there, or twice, or the segment before it is missing")
        packed, unzip, _ = read(folder, name), zlib.decompressobj(31), sealed.add(name)
        must(packed[:4] == b"\x1f\x8b\x08\0" and max(len(packed), int(data["bytes"])) <= LARGEST // 2, where, "it is not packed as it has to be")
        content = unzip.decompress(packed, int(data["bytes"]) + 1)
        must([unzip.eof, unzip.unused_data, str(len(content)), sha(content)] == [True, b"", data["bytes"], data["digest"]], where, "it was not sealed so")
        said = [json.loads(content.split(b"\n")[0].decode())[each] for each in ("batch", "skid", "number", "from")]
        must(canonical(said) == canonical([batch, skid, number, data["from"]]), where, "it says of itself that it is another segment")
    for name in manifest["files"]: must(not name.startswith("telemetry/") or name in sealed, name, "no line of the record seals it")
    still = " and ".join(f"segment {begun[skid]} of {skid}" for skid in begun)
    must(not still or all(each["event"]["action"] != "batch-ended" for each in document["events"]), still, "it was begun and never sealed")
    return f"{len(sealed)} segments of telemetry hold what was measured" + (f"; {still} was being written, and is not in here" if still else "")
def verify(folder, trust, kept):
    manifest, document = check_files(folder), parsed(read(folder, "record.json").decode(), "record.json", "\n")
    key, hashes, heads, last, point = check_record(document, trust)
    check_signed(manifest, canonical(without(manifest, "signature")), key, trust, "manifest.json")
    must(all(manifest[name] == document["manifest"][name] for name in ("scope", "events", "head")), "manifest.json", "it is of another record")
    check_kept(kept, document, trust, key, hashes, heads, last, point)
    check_derived(folder, document)
    return [f"The record {manifest['scope']}, {len(hashes)} events and {len(document['manifest']['signatures'])} signatures, is whole and unchanged.",
            f"Checkpoint {point['number']} of {point['utc']} covers it, and the one kept apart agrees with it.",
            f"{len(manifest['files'])} files are as they were handed out; {check_telemetry(folder, manifest, document)}."]
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("folder", "--trust", "--checkpoint"): parser.add_argument(name)
    asked = parser.parse_args()
    digits, kept = re.sub(r"[\s:-]", "", (asked.trust or "").lower()), os.path.realpath(asked.checkpoint or os.devnull)
    is_there = (os.path.lexists(os.path.join(asked.folder, name)) for name in ("manifest.json", "record.json"))
    if not any(is_there): parser.error("there is no export in that folder")
    if asked.trust is not None and not is_of(digits, "="): parser.error("--trust: a fingerprint is 64 hexadecimal digits, in groups or not")
    is_plain = os.path.isfile(kept) and os.access(kept, os.R_OK) and os.path.getsize(kept) <= LARGEST
    if asked.checkpoint is not None and (not is_plain or kept.startswith(os.path.realpath(asked.folder) + os.sep)):
        parser.error("--checkpoint: bring a plain file that was kept apart; one that came with the export proves nothing")
    try:
        for name in ("trust", "checkpoint"): must(vars(asked)[name] is not None, f"--{name}", "it was not given; without it nothing is proven")
        print("".join(f"  holds      {each}\n" for each in verify(asked.folder, grouped(digits), kept)) + "\nVERIFIED: everything that was checked holds.")
        return 0
    except (Doubt, OSError, zlib.error, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        said = str(error) if isinstance(error, (Doubt, OSError)) else f"it is not in the form of an export: {error!r}"
        print(f"  DOES NOT   {ascii(said)[1:-1]}\n\nNOT VERIFIED: what is listed above does not hold.")
        return 1
if __name__ == "__main__": sys.exit(main())
