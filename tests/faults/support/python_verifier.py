"""Asks the Python verifier many questions without starting it anew: a line of JSON in, {"status", "said"} out. Also opens ZIPs."""
import contextlib, importlib.util, io, json, os, sys, zipfile

sys.dont_write_bytecode = True
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "deploy", "verify_export.py")
spec = importlib.util.spec_from_file_location("verify_export", path)
verifier = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verifier)

for line in sys.stdin:
    asked = json.loads(line)
    if "zip" in asked:
        with zipfile.ZipFile(asked["zip"]) as packed:
            packed.extractall(asked["to"])
        answer = {"status": 0, "said": ""}
    else:
        said = io.StringIO()
        sys.argv = ["verify_export.py", asked["folder"], "--trust", asked["trust"], "--checkpoint", asked["kept"]]
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                status = verifier.main()
            except SystemExit as left:
                status = left.code
            except BaseException as error:  # It must say what it doubts, never fall over.
                status, said = -1, io.StringIO(repr(error))
        answer = {"status": status, "said": said.getvalue()}
    print(json.dumps(answer), flush=True)
