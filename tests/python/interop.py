#!/usr/bin/python3
"""Two implementations of the same wire: what LiaisonHub signs and seals is read with python3-jwcrypto, and the other way round.

check SAMPLES         verifies and opens the samples of contracts/samples/v1
make SAMPLES VECTOR   signs and seals with the samples' keys; tests/LiaisonHub.Tests/Sealing reads the result
example README KEYS   runs the example of contracts/README.md and prints what it would publish
"""

import json
import os
import re
import sys

from participant import Directory, instant, open_sealed, padded, private_key, seal, sign, verify

AT = instant("2026-03-02T09:14:06Z")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as opened:
        return json.load(opened)


def check(samples):
    directory = Directory(os.path.join(samples, "keys"))
    key = {state: private_key(os.path.join(samples, "keys", "private", f"{state}.seal.json")) for state in ("XA", "XB")}
    act = json.loads(verify(read(samples, "signed", "RequestSubmitted.json"), "act+json", "XA", directory, AT))
    assert act == read(samples, "RequestSubmitted.json"), "the signed act is not the sample"
    notice = json.loads(verify(read(samples, "signed", "ActDelivered.json"), "notice+json", "HUB", directory, AT))
    assert json.loads(verify(notice["body"]["act"], "act+json", "XA", directory, AT)) == act, "the delivered act is not the sample"

    opened = 0
    for file in sorted(os.listdir(samples)):
        if not file.endswith(".private.json"):
            continue
        act = read(samples, file.replace(".private.json", ".json"))
        header = act["header"]
        plain = open_sealed(act["sealed"], key[header["receiver"]["state"]], header["actId"])
        assert json.loads(plain) == read(samples, file), f"{file}: opened to something else"
        other = "XA" if header["receiver"]["state"] == "XB" else "XB"
        for wrong in ((key[other], header["actId"]), (key[header["receiver"]["state"]], "00000000-0000-4000-8000-000000000000")):
            try:
                open_sealed(act["sealed"], *wrong)
            except Exception:  # any failure will do; opening would not
                continue
            raise AssertionError(f"{file}: opened with another key or for another act")
        opened += 1
    print(f"2 signatures verified, {opened} private parts opened")


def make(samples, vector):
    directory = Directory(os.path.join(samples, "keys"))
    act_id = "01952f6a-0c11-7c31-9b0e-5a4d2c8e0c11"
    private = json.dumps({"text": "Réponse de l'autorité requise"}).encode()
    payload = json.dumps({"type": "StatusAsked", "open": {}}, separators=(", ", ": ")).encode()
    signs = private_key(os.path.join(samples, "keys", "private", "XA.sign.json"))
    made = {
        "made": "python3-jwcrypto, tests/python/interop.py make",
        "actId": act_id,
        "private": private.decode(),
        "sealed": seal(private, directory.sealing("XB", AT), act_id),
        "payload": payload.decode(),
        "signed": sign(payload, "act+json", signs),
        "keyId": signs.thumbprint(),
        "paddedLengths": {str(n): len(padded(b"x" * n)) for n in (0, 1, 511, 512, 513, 1000, 4097, 65535, 65536, 65537, 300000)},
    }
    with open(vector, "w", encoding="utf-8") as opened:
        json.dump(made, opened, indent=2, ensure_ascii=False)
        opened.write("\n")


def example(readme, keys):
    with open(readme, encoding="utf-8") as opened:
        code = re.search(r"```python\n(.*?)```", opened.read(), re.DOTALL).group(1)

    class Channel:
        @staticmethod
        def basic_publish(exchange, routing_key, body, properties, mandatory):
            print(body)

    def public_key_of(state, use):
        listed = next(key for key in read(keys, f"{state}.json")["keys"] if key["use"] == use)
        return {name: listed[name] for name in ("kty", "crv", "x", "y")}

    exec(code.replace("XA.sign.json", os.path.join(keys, "private", "XA.sign.json")), {"channel": Channel, "properties": None, "public_key_of": public_key_of})


if __name__ == "__main__":
    {"check": check, "make": make, "example": example}[sys.argv[1]](*sys.argv[2:])
