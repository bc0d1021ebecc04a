"""Adds up the test results (TRX files) of a folder, refuses skips whose reason is not on the list, and prints the one closing line."""
import pathlib
import sys
import xml.etree.ElementTree as xml

NS = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}


def main(folder, allowed_file):
    allowed = [line.strip() for line in open(allowed_file, encoding="utf-8") if line.strip() and not line.startswith("#")]
    passed = failed = skipped = 0
    refused = []
    for path in sorted(pathlib.Path(folder).rglob("*.trx")):
        for result in xml.parse(path).getroot().iterfind(".//t:UnitTestResult", NS):
            outcome = result.get("outcome")
            if outcome == "Passed":
                passed += 1
            elif outcome in ("NotExecuted", "Skipped", "Pending", "Inconclusive"):
                skipped += 1
                text = " ".join(node.text or "" for node in result.iter() if node.tag.endswith(("Message", "StdOut", "TextMessage")))
                if not any(reason in text for reason in allowed):
                    refused.append(f"{result.get('testName')}: {text.strip() or 'no reason given'}")
            else:
                failed += 1
                print(f"FAILED {result.get('testName')}", file=sys.stderr)
    for line in refused:
        print(f"SKIPPED without a reason on the list: {line}", file=sys.stderr)
    print(f"{passed} passed, {failed + len(refused)} failed, {skipped - len(refused)} skipped")
    return 1 if failed or refused or not passed else 0


sys.exit(main(sys.argv[1], sys.argv[2]))
