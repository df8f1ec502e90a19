#!/usr/bin/python3
"""A participant that shares no code with LiaisonHub: python3-pika and python3-jwcrypto, and what contracts/README.md says.

It submits one request with a sealed private part, and then follows what the hub sends until everything it waits for has come:
the signature of every notice is verified, an act of the other state is verified and opened, numbers are watched for gaps.

One line of JSON per event goes to standard output; problems go to standard error and end it with exit code 1.
"""

import argparse
import datetime
import glob
import hashlib
import json
import os
import sys
import time
import uuid

from jwcrypto import jwe, jwk, jws

MEMBERS = {"payload", "protected", "signature"}


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Directory:
    """The region's public keys: one file per owner."""

    def __init__(self, folder):
        self.keys = []
        for file in sorted(glob.glob(os.path.join(folder, "*.json"))):
            with open(file, encoding="utf-8") as opened:
                listed = json.load(opened)
            for key in listed["keys"]:
                point = jwk.JWK(**{name: key[name] for name in ("kty", "crv", "x", "y")})
                if point.thumbprint() != key["kid"]:
                    raise ValueError(f"{file}: kid {key['kid']} is not the thumbprint of its key")
                self.keys.append((listed["owner"], key, point))

    def signing(self, owner, key_id, at):
        for listed_owner, key, point in self.keys:
            if (listed_owner, key["use"], key["kid"]) == (owner, "sig", key_id) and instant(key["from"]) <= at < instant(key["to"]):
                return point
        raise ValueError(f"no signing key {key_id} of {owner} at {at}")

    def sealing(self, owner, at):
        valid = [(instant(key["from"]), point) for listed, key, point in self.keys
                 if (listed, key["use"]) == (owner, "enc") and instant(key["from"]) <= at < instant(key["to"])]
        if not valid:
            raise ValueError(f"no sealing key of {owner} at {at}")
        return max(valid, key=lambda v: v[0])[1]


def private_key(file):
    with open(file, encoding="utf-8") as opened:
        key = json.load(opened)
    return jwk.JWK(**{name: key[name] for name in ("kty", "crv", "x", "y", "d")})


def padded(plain):
    """512 bytes, or from there the next Padmé length, filled with spaces."""
    length = len(plain)
    if length <= 512:
        target = 512
    else:
        exponent = length.bit_length() - 1
        mask = (1 << (exponent - exponent.bit_length())) - 1
        target = (length + mask) & ~mask
    return plain + b" " * (target - length)


def seal(plain, recipient, act_id):
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": recipient.thumbprint(), "act": str(act_id)}
    token = jwe.JWE(padded(plain), protected=json.dumps(header))
    token.add_recipient(recipient)
    return token.serialize(compact=True)


def open_sealed(sealed, key, act_id):
    token = jwe.JWE()
    token.allowed_algs = ["ECDH-ES+A256KW", "A256GCM"]
    token.deserialize(sealed)
    header = json.loads(token.objects["protected"])
    if set(header) != {"alg", "enc", "kid", "act", "epk"}:
        raise ValueError("the sealed part's header has other members than it may have")
    if header["act"] != str(act_id):
        raise ValueError("the sealed part belongs to another act")
    token.decrypt(key)
    return token.payload.rstrip(b" ")


def sign(payload, typ, key):
    token = jws.JWS(payload)
    token.add_signature(key, None, json.dumps({"alg": "ES256", "kid": key.thumbprint(), "typ": typ}))
    return json.loads(token.serialize(compact=False))


def verify(document, typ, owner, directory, at):
    if set(document) != MEMBERS:
        raise ValueError("a signed document has other members than it may have")
    token = jws.JWS()
    token.allowed_algs = ["ES256"]
    token.deserialize(json.dumps(document))
    header = token.jose_header
    if set(header) != {"alg", "kid", "typ"} or header["typ"] != typ:
        raise ValueError("a signed document's header has other members or another typ than it may have")
    token.verify(directory.signing(owner, header["kid"], at))
    return token.payload


def request(arguments, directory):
    act_id, request_id = uuid.uuid4(), uuid.UUID(arguments.request) if arguments.request else uuid.uuid4()
    private = {
        "text": "Please supply the holder of the account named in the attachment.",
        "persons": [{"position": "Accused", "familyName": "Torrest", "givenNames": "Ilvane", "birth": {"value": "1984-07", "raw": "07/1984"}}],
        "questions": ["Who may dispose of the account?"],
    }
    act = {
        "type": "RequestSubmitted",
        "header": {
            "actId": str(act_id),
            "requestId": str(request_id),
            "sender": {"state": arguments.state, "authority": arguments.authority or f"{arguments.state}-CA"},
            "receiver": {"state": arguments.to, "authority": arguments.to_authority or f"{arguments.to}-CA"},
            "sequence": arguments.sequence,
            "claimedAt": now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "priority": arguments.priority,
        },
        "open": {
            "instrument": arguments.instrument,
            "reference": f"{arguments.state}-2026-{arguments.sequence:06d}",
            "measures": [{"kind": "BankAccounts"}],
            "offences": [{"listOffence": "fraud", "longestPenaltyMonths": 60}],
            "languages": [arguments.language],
            "contentCertified": True,
        },
        "sealed": seal(json.dumps(private).encode(), directory.sealing(arguments.to, now()), act_id),
    }
    return act_id, request_id, json.dumps(act).encode()


def say(event, **members):
    print(json.dumps({"event": event, **members}), flush=True)


def take(body, arguments, directory, opens):
    """One message from the hub: verified, opened where it brings an act, and told."""
    notice = json.loads(verify(json.loads(body), "notice+json", "HUB", directory, now()))
    header, content = notice["header"], notice["body"]
    if header["receiver"] != arguments.state:
        raise ValueError(f"a notice for {header['receiver']} came to {arguments.state}")
    told = {"type": notice["type"], "noticeId": header["noticeId"], "sequence": header["sequence"], "requestId": header.get("requestId")}
    if notice["type"] == "ActDelivered":
        received = instant(content["receivedAt"])
        act = json.loads(verify(content["act"], "act+json", arguments.to, directory, received))
        told.update(act=act["type"], actId=act["header"]["actId"], state=content["standing"]["state"])
        if act.get("sealed"):
            told["opened"] = json.loads(open_sealed(act["sealed"], opens, act["header"]["actId"]))
    elif notice["type"] in ("ActAccepted", "ActRefused"):
        told.update(actId=content.get("actId"), duplicate=content.get("duplicate", False), code=content.get("code"), reason=content.get("reason"),
                    state=(content.get("standing") or {}).get("state"))
    say("notice", **told)
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--amqp", required=True, help="amqp://user:password@host:port/xa")
    parser.add_argument("--state", required=True, help="this state, for example XA")
    parser.add_argument("--to", required=True, help="the requested state, for example XB")
    parser.add_argument("--authority", help="sending authority; default STATE-CA")
    parser.add_argument("--to-authority", help="receiving authority; default TO-CA")
    parser.add_argument("--directory", required=True, help="folder of the region's public keys")
    parser.add_argument("--sign", required=True, help="file of this state's private signing key")
    parser.add_argument("--open", required=True, help="file of this state's private sealing key")
    parser.add_argument("--sequence", type=int, default=1, help="number of the act among all this state ever sent")
    parser.add_argument("--request", help="id of the request; default a new one")
    parser.add_argument("--instrument", default="EIO")
    parser.add_argument("--language", default="en")
    parser.add_argument("--priority", default="Routine", choices=["Routine", "Urgent", "Emergency"])
    parser.add_argument("--twice", action="store_true", help="send the same bytes again after the first answer")
    parser.add_argument("--wait-for", nargs="*", default=["ActAccepted"], help="types of notice, or of delivered acts, that must come")
    parser.add_argument("--patience", type=float, default=30, help="seconds")
    arguments = parser.parse_args()

    import pika  # what stands above also serves where there is no broker

    directory = Directory(arguments.directory)
    signs, opens = private_key(arguments.sign), private_key(arguments.open)
    act_id, request_id, act = request(arguments, directory)
    body = json.dumps(sign(act, "act+json", signs)).encode()

    parameters = pika.URLParameters(arguments.amqp)
    connection = pika.BlockingConnection(parameters)
    channel = connection.channel()
    channel.confirm_delivery()
    queue = "to-hub" if arguments.priority == "Routine" else "to-hub.urgent"
    properties = pika.BasicProperties(content_type="application/jose+json", delivery_mode=2, message_id=str(act_id), user_id=parameters.credentials.username)
    channel.basic_publish("to-hub", queue, body, properties, mandatory=True)
    say("sent", actId=str(act_id), requestId=str(request_id), queue=queue, digest=hashlib.sha256(act).hexdigest())

    lane, again = queue, arguments.twice
    waiting, seen, last = list(arguments.wait_for), set(), {}
    until = time.monotonic() + arguments.patience
    while waiting and time.monotonic() < until:
        for queue in ("from-hub.urgent", "from-hub"):
            method, _, received = channel.basic_get(queue)
            if method is None:
                continue
            told = take(received, arguments, directory, opens)
            channel.basic_ack(method.delivery_tag)
            if told["noticeId"] in seen:
                say("repeated", noticeId=told["noticeId"])
                continue
            seen.add(told["noticeId"])
            last[told["sequence"]] = told["noticeId"]
            for name in (told["type"], told.get("act")):
                if name in waiting:
                    waiting.remove(name)
            if again and told.get("actId") == str(act_id):
                again = False
                channel.basic_publish("to-hub", lane, body, properties, mandatory=True)
                say("sent", actId=str(act_id), requestId=str(request_id), queue=lane, digest=hashlib.sha256(act).hexdigest())
            break
        else:
            connection.sleep(0.05)
    connection.close()
    numbers = sorted(last)
    gaps = sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers)) if numbers else []
    say("ended", waitingFor=waiting, sequences=numbers, missing=gaps)
    if waiting:
        sys.exit(f"did not come within {arguments.patience} s: {', '.join(waiting)}")


if __name__ == "__main__":
    main()
