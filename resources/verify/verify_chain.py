#!/usr/bin/env python3
"""Verify receipt chains without trusting the program that keeps them.

    python3 verify_chain.py PATH... [--trust trust.vkeys] [--require-anchor] [--now ISO] [--json]
    python3 verify_chain.py --self-test

PATH is a chain folder, a folder of chain folders, or a .jsonl file of receipts. The program needs Python 3.8 or
newer and nothing else: no package, no network, no state. It was written from the published formats and shares no
code with Countersign, so that one mistake cannot hide in both. Read it from top to bottom: its sections follow the
argument below.

What is checked

  1. Bytes      receipts.jsonl holds one receipt a line; every line ends in LF and has at most 65,535 bytes.
  2. Canonical  Profile jcs-sha256-1: the line is exactly the RFC 8785 form of its content, so that one content
                has one spelling and one hash. Profile erlmcp-json-0: the line is strict JSON, hashed as spelled.
  3. Hash       current_hash = SHA-256 of the line without the bytes  ,"current_hash":"<64 hex digits>"
  4. Links      previous_receipt_hash = hash of the line before, recomputed; the first line has null and is the
                receipt that chain.json declares as genesis_hash.
  5. Merkle     The lines are the entries of an RFC 6962 log: leaf = SHA-256(00 line), node = SHA-256(01 left right).
  6. Notes      checkpoints/*.note are C2SP signed notes. Each says "this log had this root at this size", and is
                believed when a key in your trust.vkeys signed it with Ed25519.

By hand, for one receipt (line 8 of profile jcs-sha256-1):

    sed -n 8p receipts.jsonl | tr -d '\\n' | sed -E 's/,"current_hash":"[0-9a-f]{64}"//' | sha256sum

prints the current_hash of that line, and line 9 names it as its previous_receipt_hash. (Where audit_fields has a
member called current_hash too, cut the outer one.)

What the verdicts mean

  VERIFIED             Every check holds, and a signed checkpoint of a log that you trust covers the whole file.
  VERIFIED_UNANCHORED  Every check holds, but receipts after the newest trusted checkpoint (or all, when there is
                       none) could have been rewritten or cut off by whoever holds the file, and nobody could tell.
  BROKEN               At least one check fails. The findings say where, and what to do next.
  INDETERMINATE        The rule by which the hashes were made is unknown. That proves neither honesty nor fraud.

Exit codes: 0 holds, 1 broken, 2 wrong usage or unreadable input, 3 cannot be decided, 4 holds but is not anchored
(only with --require-anchor). Of several results the worst counts: 2, 1, 3, 4, 0.

A checkpoint binds only if you got trust.vkeys from somewhere else than the chain: by another channel, or earlier.
A file that travels beside the receipts can be replaced together with them.
"""

import argparse
import base64
import collections
import datetime
import functools
import glob
import hashlib
import json
import os
import re
import signal
import struct
import sys
import time

MAX_RECORD_BYTES = 65535  # the longest entry of a C2SP log, LF not counted
MAX_DEPTH = 64  # the object of the record itself counts as 1
MAX_INTEGER = 2**53 - 1  # I-JSON: greater integers are not exact in every reader
MAX_SIGNATURES = 16
MAX_FINDINGS = 1000  # listed; all are counted
MAX_SMALL_FILE_BYTES = 1 << 20  # chain.json, a note, trust.vkeys

JCS = 'jcs-sha256-1'
ERLMCP = 'erlmcp-json-0'


class InputError(ValueError):
    """The question cannot be asked: a path, an option or the trust file is wrong. Exit code 2."""

    def __init__(self, file, message, next_step):
        super().__init__(message)
        self.problem = {'file': file, 'message': message, 'next_step': next_step}


def problem_of(error):
    if isinstance(error, InputError):
        return error.problem
    return {'file': error.filename, 'message': 'It cannot be read: %s.' % error.strerror, 'next_step': 'Check the path and its permissions.'}


# ---------------------------------------------------------------------------------------------------------------
# Findings. Each has a stable code, a place, a sentence that says what is wrong, and the next step.

NEXT_STEPS = {
    'CANON_SYNTAX CANON_UTF8 CANON_DUPLICATE_KEY CANON_UNSORTED CANON_NUMBER CANON_SURROGATE CANON_DEPTH CANON_SIZE RECEIPT_SCHEMA':
        'Show the line to whoever runs the writer: a correct writer cannot produce it. Do not repair it by hand.',
    'CANON_WHITESPACE': 'Check that no editor or file transfer rewrote the line ends; else show the line to whoever runs the writer.',
    'CANON_PROFILE_UNKNOWN': 'Ask the source how it renders a receipt before hashing, or for a verifier that knows this profile.',
    'CANON_PROFILE_MIXED': 'Ask the source when its writer changed; a new profile needs a new chain.',
    'RECEIPT_HASH_MISMATCH': 'Ask the source for the original line and compare it byte by byte; keep this file as evidence.',
    'CHAIN_DELETED LOG_TRUNCATED':
        'Ask the source for the missing receipts; keep this file as evidence that they were not delivered.',
    'CHAIN_INSERTED CHAIN_REORDERED CHAIN_FORK':
        'Compare with the copy of another party to see which order, or which branch, is the true one.',
    'CHAIN_AMENDED_IN_PLACE': 'Ask the source for the receipt as first issued; a correction is a new receipt.',
    'CHAIN_GENESIS_UNDECLARED': 'Compare genesis_hash with a manifest obtained elsewhere.',
    'CHAIN_DUPLICATE_ID': 'Ask the source which of the receipts is genuine; count neither until it answers.',
    'CHAIN_TORN_TAIL': 'Copy the file again after its writer has closed it; the last record is incomplete.',
    'LOG_ROOT_MISMATCH': 'Ask every holder of a checkpoint for theirs, keep all files, and ask the log to explain the difference.',
    'LOG_FORK_PROVEN': 'Keep both notes: together they prove, to anyone, that the log signed two histories.',
    'NOTE_MALFORMED NOTE_BAD_SIG NOTE_ORIGIN':
        'Do not rely on this checkpoint. Fetch it again from the log, and tell the log if the copy there is the same.',
    'NOTE_NO_TRUSTED_SIG': 'Obtain the key of the log by another channel and pass it with --trust.',
    'CLOCK_BACKWARD': 'Ask the source about its clock; the order is proven by the links, not by the times.',
    'CLOCK_FUTURE': 'Check the clock of this machine, then that of the source.',
    'UNANCHORED_TAIL': 'Obtain a newer signed checkpoint, then verify again.',
}
NEXT_STEP = {code: step for codes, step in NEXT_STEPS.items() for code in codes.split()}
# CANON_PROFILE_UNKNOWN is no error: it says that this program cannot judge, hence the verdict INDETERMINATE.
WARNINGS = {'CANON_PROFILE_UNKNOWN', 'NOTE_NO_TRUSTED_SIG', 'CLOCK_BACKWARD', 'CLOCK_FUTURE', 'UNANCHORED_TAIL'}
PLACE = ('file', 'log', 'index', 'line', 'byte_offset', 'byte_length', 'receipt_id', 'json_pointer', 'expected', 'actual',
         'last_good_index', 'gap')


def finding(code, explain, place):
    """One finding in the published form; places that do not apply are null."""
    found = {'code': code, 'severity': 'warning' if code in WARNINGS else 'error'}
    found.update((name, place.get(name)) for name in PLACE)
    found.update(evidence=place.get('evidence', []), explain=explain, next_step=NEXT_STEP[code])
    return found


# ---------------------------------------------------------------------------------------------------------------
# 1. Bytes: the file as lines. Nothing larger than one record is held in memory.


# One line: its place in the file, its bytes without LF (None when too long), its Merkle leaf hash, and whether it
# ends in LF, as every line but a torn last one does.
Line = collections.namedtuple('Line', 'offset length data leaf ended')


def lines_of(path):
    """Yield every line of the file, holding no more than one."""
    offset = 0
    with open(path, 'rb', buffering=1 << 20) as file:
        while True:
            data = file.readline(MAX_RECORD_BYTES + 1)
            if not data:
                return
            ended = data.endswith(b'\n')
            if ended:
                data = data[:-1]
            leaf, length = hashlib.sha256(b'\0' + data), len(data)
            while not ended:  # the end of the file, or a line that is too long: hash the rest piece by piece
                more = file.readline(MAX_RECORD_BYTES + 1)
                if not more:
                    break
                ended = more.endswith(b'\n')
                leaf.update(more[:-1] if ended else more)
                length += len(more) - ended
            yield Line(offset, length, data if length <= MAX_RECORD_BYTES else None, leaf.digest(), ended)
            offset += length + ended


def small_file(path):
    with open(path, 'rb') as file:
        data = file.read(MAX_SMALL_FILE_BYTES + 1)
    if len(data) > MAX_SMALL_FILE_BYTES:
        raise InputError(path, 'The file is larger than %d bytes.' % MAX_SMALL_FILE_BYTES, 'Check that it is the right file.')
    return data


# ---------------------------------------------------------------------------------------------------------------
# 2. Canonical form (RFC 8785 over I-JSON).


def es6_number(value):
    """A finite double as ECMAScript prints it, which is what RFC 8785 demands. Python's repr finds the same
    shortest digits; only the place of the point and the form of the exponent differ."""
    if value == 0:
        return '0'
    sign = '-' if value < 0 else ''
    mantissa, _, exponent = repr(abs(value)).partition('e')
    whole, _, fraction = mantissa.partition('.')
    digits = (whole + fraction).lstrip('0')
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))  # value = 0.digits * 10^point
    digits = digits.rstrip('0')
    if len(digits) <= point <= 21:
        return sign + digits + '0' * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + '.' + digits[point:]
    if -6 < point <= 0:
        return sign + '0.' + '0' * -point + digits
    power = point - 1
    return '%s%s%se%s%d' % (sign, digits[0], '.' + digits[1:] if digits[1:] else '', '+' if power > 0 else '', power)


@functools.lru_cache(maxsize=10000)
def number_fault(lexeme):
    """Why this JSON number is not in canonical form, or None."""
    value = float(lexeme)
    if value in (float('inf'), float('-inf')):
        return 'is beyond the doubles'
    if abs(value) > MAX_INTEGER and lexeme.lstrip('-').isdigit():
        return 'is an integer beyond 2^53-1, which not every reader keeps exactly'
    if lexeme != es6_number(value):
        return 'must be spelled %s' % es6_number(value)
    return None


STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
NUMBER = re.compile(r'-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
SPACE = re.compile(r'[ \t\r\n]*')
LONE_SURROGATE = re.compile('[\ud800-\udfff]')
LITERALS = (('true', True), ('false', False), ('null', None))
# The usual member in one step: a plain name and a plain string, a number or null, with nothing in between.
PLAIN_MEMBER = re.compile(r'"([^"\\\x00-\x1f]*)":(?:"([^"\\\x00-\x1f]*)"|(null)|(%s))(?=[,}])' % NUMBER.pattern)


def utf16(key):
    return key.encode('utf-16-be', 'surrogatepass')


class NotJson(Exception):
    """Reading stops here: what follows has no certain meaning."""


class StrictReader:
    """Reads one record, notes every departure from the rules with its position, and remembers where the members
    of the record stand. Faults that leave the meaning clear do not stop it."""

    def __init__(self, text, canonical):
        self.text, self.canonical = text, canonical
        self.faults = []  # (code, start, end, pointer, sentence): the first of each code
        self.spans = {}  # path: (start of the key, end of the value)

    def fault(self, code, start, end, path, sentence):
        if all(code != known[0] for known in self.faults):
            pointer = ''.join('/' + str(step).replace('~', '~0').replace('/', '~1') for step in path)
            self.faults.append((code, start, end, pointer, sentence))

    def stop(self, code, at, path, sentence):
        self.fault(code, at, min(at + 1, len(self.text)), path, sentence)
        raise NotJson()

    def record(self):
        """The value of the whole text, or None when it cannot be read."""
        try:
            if not self.text:
                self.stop('CANON_WHITESPACE', 0, (), 'The line is blank.')
            mark = self.text.startswith('\ufeff')
            if mark:
                self.fault('CANON_UTF8', 0, 1, (), 'A byte order mark stands before the record.')
            value, at = self.value(self.space(int(mark), ()), (), 0)
            at = self.space(at, ())
            if at < len(self.text):
                self.stop('CANON_SYNTAX', at, (), 'Something follows the end of the record.')
            return value
        except NotJson:
            return None

    def space(self, at, path):
        end = SPACE.match(self.text, at).end()
        if end > at:
            self.fault('CANON_WHITESPACE', at, end, path, 'White space stands between the parts of the record.')
        return end

    def more(self, at, path, closing):
        """After a member or an item: (where to go on, whether another one follows)."""
        mark = self.text[at : at + 1]
        if mark != ',' and mark != closing:
            at = self.space(at, path)
            mark = self.text[at : at + 1]
        if mark == closing:
            return at + 1, False
        if mark != ',':
            self.stop('CANON_SYNTAX', at, path, 'A comma or %s is expected here.' % closing)
        return (at + 1 if self.text[at + 1 : at + 2] == '"' else self.space(at + 1, path)), True

    def value(self, at, path, depth):
        start = self.text[at : at + 1]
        if start == '"':
            return self.string(at, path)
        if start == '{' or start == '[':
            if depth == MAX_DEPTH:
                self.stop('CANON_DEPTH', at, path, 'The record is nested deeper than %d levels.' % MAX_DEPTH)
            return (self.object if start == '{' else self.array)(at, path, depth + 1)
        for word, value in LITERALS:
            if self.text.startswith(word, at):
                return value, at + len(word)
        number = NUMBER.match(self.text, at)
        if not number:
            self.stop('CANON_SYNTAX', at, path, 'A JSON value is expected here.')
        return self.number(number.group(), at, path), number.end()

    def number(self, lexeme, at, path):
        wrong = number_fault(lexeme) if self.canonical else None
        if wrong:
            self.fault('CANON_NUMBER', at, at + len(lexeme), path, 'The number %s %s.' % (lexeme[:40], wrong))
        return float(lexeme)

    def string(self, at, path):
        match = STRING.match(self.text, at)
        if not match:
            self.stop('CANON_SYNTAX', at, path, 'A string is not closed, or holds an unknown escape or a control character.')
        lexeme, end = match.group(), match.end()
        if '\\' not in lexeme:
            return lexeme[1:-1], end
        value = json.loads(lexeme)
        if LONE_SURROGATE.search(value):
            self.fault('CANON_SURROGATE', at, end, path, 'The string holds half of a surrogate pair, which is no character.')
        elif self.canonical and json.dumps(value, ensure_ascii=False) != lexeme:
            self.fault('CANON_SYNTAX', at, end, path, 'The string uses an escape where RFC 8785 demands the character itself.')
        return value, end

    def object(self, at, path, depth):
        members, last = {}, None
        at = self.space(at + 1, path)
        if self.text[at : at + 1] == '}':
            return members, at + 1
        while True:
            start = at
            plain = PLAIN_MEMBER.match(self.text, at)
            if plain:
                key, string, null, number = plain.groups()
                after_key = start + len(key) + 2
            elif self.text[at : at + 1] == '"':
                key, after_key = self.string(at, path)
            else:
                self.stop('CANON_SYNTAX', at, path, 'The name of a member is expected here.')
            here = path + (key,)
            if key in members:
                self.fault('CANON_DUPLICATE_KEY', start, after_key, here, 'The object has this member twice; readers differ in which they keep.')
            elif self.canonical and last is not None and utf16(key) < utf16(last):
                self.fault('CANON_UNSORTED', start, after_key, here, 'The members are not sorted by UTF-16 code units.')
            last = key
            if plain:
                at = plain.end()
                members[key] = string if number is None else self.number(number, after_key + 1, here)
            else:
                at = self.space(after_key, here)
                if self.text[at : at + 1] != ':':
                    self.stop('CANON_SYNTAX', at, here, 'A colon is expected here.')
                members[key], at = self.value(self.space(at + 1, here), here, depth)
            if depth == 1:
                self.spans[here] = (start, at)
            at, more = self.more(at, path, '}')
            if not more:
                return members, at

    def array(self, at, path, depth):
        items = []
        at = self.space(at + 1, path)
        if self.text[at : at + 1] == ']':
            return items, at + 1
        while True:
            item, at = self.value(at, path + (len(items),), depth)
            items.append(item)
            at, more = self.more(at, path, ']')
            if not more:
                return items, at


# The fast path. Most receipts look exactly like this pattern. What matches it has the right members in the right order
# and nothing that RFC 8785 spells in another way: names without escapes, decimals of at most 15 digits, no exponents.
# Whatever does not match is left to the strict reader, which decides.

PLAIN_TEXT = r'[^"\\\x00-\x1f]'
PLAIN_NUMBER = r'(?:0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,5}[1-9])'
PLAIN_VALUE = r'(?:"%s*"|%s|null|true|false)' % (PLAIN_TEXT, PLAIN_NUMBER)


def plain_object(value, names):
    """A pattern for an object with any of these members, in this order."""
    return r'\{%s\}' % ''.join(r'(?:"%s":%s(?:,(?=")|(?=\})))?' % (name, value) for name in names.split())


USUAL = re.compile(
    r'\{"audit_fields":' + plain_object(PLAIN_VALUE, 'erlang_version hostname machine_id otp_version requestor_id')
    + r',"current_hash":"([0-9a-f]{64})","envelope_claim":'
    + plain_object(PLAIN_NUMBER, 'concurrent failover_s latency_p99_ms queue_depth throughput_req_s')
    + r',"plan_id":"%s+","previous_receipt_hash":(?:null|"([0-9a-f]{64})"),"receipt_id":"(%s+)"' % (PLAIN_TEXT, PLAIN_TEXT)
    + r'(?:,"refusal_trigger":' + plain_object(PLAIN_VALUE, 'attempted_action code metric_value reason timestamp') + ')?'
    + r',"timestamp":"(%s+)","version":"%s+"\}' % (PLAIN_TEXT, PLAIN_TEXT))


# ---------------------------------------------------------------------------------------------------------------
# 3. Receipts: the members they must have, and their hash.

HEX64 = re.compile(r'[0-9a-f]{64}')
DATE, CLOCK = r'([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', r'(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3})?'
TIMESTAMP = re.compile(DATE + 'T' + CLOCK + 'Z')
HASH_MEMBER = b',"current_hash":"'
FLAT = frozenset('audit_fields current_hash envelope_claim plan_id previous_receipt_hash receipt_id refusal_trigger timestamp version'.split())
MANIFEST = frozenset('chain_id source plan_id version profile genesis_hash'.split())
NESTED = (FLAT - {'current_hash', 'previous_receipt_hash'}) | {'hash_chain', 'conformance_events'}


def sha256_hex(data):
    return hashlib.sha256(data).hexdigest()


def is_hash(value):
    return isinstance(value, str) and HEX64.fullmatch(value) is not None


def is_timestamp(value):
    match = TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if match and match.group(3) > '28':
        try:
            datetime.date(*map(int, match.groups()))
        except ValueError:
            return False
    return match is not None


def schema_fault(receipt, allowed):
    """What the members lack, as (pointer, sentence), or None. audit_fields is open; the record itself is not."""
    for name in ('plan_id', 'receipt_id', 'version'):
        if not isinstance(receipt.get(name), str) or not receipt[name]:
            return '/' + name, 'must be a string that is not empty'
    if not is_timestamp(receipt.get('timestamp')):
        return '/timestamp', 'must be a time of the form 2025-12-31T23:59:59Z, or with milliseconds'
    for name in ('audit_fields', 'envelope_claim', 'refusal_trigger'):
        if not isinstance(receipt.get(name, {} if name == 'refusal_trigger' else None), dict):
            return '/' + name, 'must be an object'
    for name, value in receipt['envelope_claim'].items():
        if type(value) is not float:  # so the strict reader gives all numbers
            return '/envelope_claim/' + name, 'must be a number'
    for name in receipt:
        if name not in allowed:
            return '/' + name, 'is not a member of a receipt in this profile'
    return None


class Record:
    """What one line says. `hash` is recomputed, and None where it cannot be; `previous` counts only if `linked`."""

    __slots__ = ('hash', 'stored', 'previous', 'linked', 'receipt_id', 'timestamp', 'faults')

    def __init__(self):
        self.hash = self.stored = self.previous = self.receipt_id = self.timestamp = None
        self.linked, self.faults = False, ()  # faults: (code, byte offset, byte length, sentence, further places)

    def fault(self, code, sentence, pointer=None, **place):
        self.faults += ((code, 0, None, sentence, dict(place, json_pointer=pointer)),)

    def read_strictly(self, line, canonical):
        """Read by the strict reader. Returns (object or None, text, spans); faults get their byte positions."""
        text = line.decode('utf-8', 'surrogateescape')
        try:
            line.decode('utf-8')
        except UnicodeDecodeError as error:
            self.faults += (('CANON_UTF8', error.start, error.end - error.start, 'The line is not valid UTF-8.', {}),)
        reader = StrictReader(text, canonical)
        value = reader.record()
        for code, start, end, pointer, sentence in reader.faults:
            at = bytes_before(text, start)
            self.faults += ((code, at, bytes_before(text, end) - at, sentence, {'json_pointer': pointer}),)
        if not isinstance(value, dict):
            if not reader.faults:
                self.fault('RECEIPT_SCHEMA', 'The line is JSON but not an object.')
            value = None
        return value, text, reader.spans

    def take(self, receipt, chain, allowed, prefix=''):
        """Copy the members that matter and check all. `chain` is the object that holds the two hashes."""
        wrong = schema_fault(receipt, allowed)
        if is_hash(chain.get('current_hash')):
            self.stored = chain['current_hash']
        else:
            wrong = wrong or (prefix + '/current_hash', 'must be 64 lower-case hexadecimal digits')
        self.previous = chain.get('previous_receipt_hash', False)
        self.linked = self.previous is None or is_hash(self.previous)
        if not self.linked:
            wrong = wrong or (prefix + '/previous_receipt_hash', 'must be null or 64 lower-case hexadecimal digits')
        if wrong:
            self.fault('RECEIPT_SCHEMA', 'Member %s %s.' % wrong, wrong[0])
        if isinstance(receipt.get('receipt_id'), str):
            self.receipt_id = receipt['receipt_id']
        if is_timestamp(receipt.get('timestamp')):
            self.timestamp = receipt['timestamp']

    def altered(self, pointer):
        self.fault('RECEIPT_HASH_MISMATCH', 'The content was altered: it does not have the hash that the receipt states.',
                   pointer, expected=self.hash, actual=self.stored)


def bytes_before(text, at):
    return len(text[:at].encode('utf-8', 'surrogateescape'))


class JcsProfile:
    """jcs-sha256-1: the line is its own canonical form, and is hashed without the member current_hash."""

    def read(self, line):
        record = Record()
        try:
            usual = USUAL.fullmatch(line.decode('utf-8'))
        except UnicodeDecodeError:
            usual = None
        if usual and is_timestamp(usual.group(4)):
            record.stored, record.previous, record.receipt_id, record.timestamp = usual.groups()
            record.linked = True
            # audit_fields has no member of this name here, and a quote inside a string would have a backslash before
            # it, which the pattern excludes. So the first occurrence of these bytes is the member itself.
            start = line.index(HASH_MEMBER)
            preimage = line[:start] + line[start + len(HASH_MEMBER) + 65 :]
        else:
            receipt, text, spans = record.read_strictly(line, canonical=True)
            if receipt is None:
                return record
            if 'hash_chain' in receipt:  # it is neither sorted nor are its numbers respelled, as its own profile has it
                record.faults = tuple(fault for fault in record.faults if fault[0] not in ('CANON_UNSORTED', 'CANON_NUMBER'))
                record.fault('CANON_PROFILE_MIXED', 'The record has the nested form of profile %s.' % ERLMCP, '/hash_chain')
                return record
            record.take(receipt, receipt, FLAT)
            preimage = line
            if 'current_hash' in receipt:
                start, end = spans[('current_hash',)]
                if text[start - 1] == ',':
                    start -= 1
                elif text[end : end + 1] == ',':
                    end += 1
                preimage = line[: bytes_before(text, start)] + line[bytes_before(text, end) :]
        record.hash = sha256_hex(preimage)
        if record.stored and record.stored != record.hash:
            record.altered('/current_hash')
        return record


class ErlmcpProfile:
    """erlmcp-json-0: imported receipts. Hashed are the members in file order, as spelled in the file, without
    hash_chain and conformance_events, with previous_receipt_hash inserted. Where it is inserted depends on the
    runtime that wrote the chain; the first receipt shows it, and all others must follow."""

    def __init__(self):
        self.order = None  # names in hashing order, previous_receipt_hash among them; False when no order fits

    def read(self, line):
        record = Record()
        receipt, text, spans = record.read_strictly(line, canonical=False)
        if receipt is None:
            return record
        chain = receipt.get('hash_chain')
        if not isinstance(chain, dict):
            if 'current_hash' in receipt:
                record.fault('CANON_PROFILE_MIXED', 'The record has the flat form of profile %s.' % JCS, '/current_hash')
            else:
                record.fault('RECEIPT_SCHEMA', 'Member /hash_chain must be an object.', '/hash_chain')
            return record
        record.take(receipt, chain, NESTED, '/hash_chain')
        if not record.stored or not record.linked:
            return record
        link = '"previous_receipt_hash":%s' % json.dumps(record.previous)
        own = '"current_hash":"%s"' % record.stored
        if text[slice(*spans[('hash_chain',)])] not in ('"hash_chain":{%s,%s}' % pair for pair in ((link, own), (own, link))):
            record.fault('RECEIPT_SCHEMA', 'Member /hash_chain must hold the two hashes and nothing else, spelled plainly.', '/hash_chain')
            return record
        if not all(text.startswith('"%s"' % path[0], start) for path, (start, _) in spans.items() if len(path) == 1):
            record.fault('RECEIPT_SCHEMA', 'The names of the members must be spelled without escapes.')
            return record
        names = [path[0] for path in spans if len(path) == 1 and path[0] not in ('hash_chain', 'conformance_events')]
        spelled = [text[slice(*spans[(name,)])] for name in names]

        def hash_with_link_at(place):
            preimage = '{' + ','.join(spelled[:place] + [link] + spelled[place:]) + '}'
            return sha256_hex(preimage.encode('utf-8', 'surrogateescape'))

        def fits(place):
            return hash_with_link_at(place) == record.stored

        anywhere = range(len(names) + 1)
        usual = anywhere if self.order is None else self.usual_places(names)
        place = next(filter(fits, usual), None)
        if place is not None:
            if self.order is None or set(names) > set(self.order) - {'previous_receipt_hash'}:
                self.order = names[:place] + ['previous_receipt_hash'] + names[place:]
        elif self.order is None:
            self.order = False
            record.fault('CANON_PROFILE_UNKNOWN', 'No place of previous_receipt_hash among the members reproduces the hash of the '
                         'first receipt: the rule by which this chain was hashed is unknown.', '/hash_chain/current_hash')
        if place is not None or self.order is False:  # if False, only the links among the stored hashes can be checked
            record.hash = record.stored
            return record
        elsewhere = any(map(fits, anywhere))
        if elsewhere or not usual:
            record.fault('CANON_PROFILE_MIXED', 'The order of the members, or the place of previous_receipt_hash among them, '
                         'is not that of the first receipt.')
        if elsewhere:
            record.hash = record.stored
        else:
            record.hash = hash_with_link_at(usual[0]) if usual else None
            record.altered('/hash_chain/current_hash')
        return record

    def usual_places(self, names):
        """Places of previous_receipt_hash that agree with the receipts before; none if the members changed order.
        There are two where a member that no earlier receipt had (refusal_trigger) stands at the very place."""
        known = [name for name in names if self.order and name in self.order]
        if not known or known != [name for name in self.order if name in names]:
            return []
        before = self.order[: self.order.index('previous_receipt_hash')]
        first = max((names.index(name) + 1 for name in known if name in before), default=0)
        last = min((names.index(name) for name in known if name not in before), default=len(names))
        return range(first, last + 1)


class UnknownProfile:
    """The manifest names a rule that this program does not know. Lines are log entries; their content is not judged."""

    def read(self, line):
        return Record()


PROFILES = {JCS: JcsProfile, ERLMCP: ErlmcpProfile}


# ---------------------------------------------------------------------------------------------------------------
# 4. Links. The first pass only collects lines whose predecessor is not the line before. What happened is decided in
# a second pass, which looks for the named predecessors anywhere in the file.


# `at` is (index, byte offset, byte length, receipt_id) of the line.
Break = collections.namedtuple('Break', 'at hash previous expected after_unreadable')


def classify(breaks, places, children, copies, genesis_hash):
    """Yield (break, code, sentence, evidence) for each break that is not the mere consequence of another.

    places: hash -> index of the receipt that has it; children: hash -> indexes of the receipts that name it;
    copies: indexes of lines that repeat an earlier receipt and are reported as duplicates."""
    displaced = any(places.get(b.previous, -1) > b.at[0] for b in breaks)
    goes_on = {b.previous: b for b in reversed(breaks)}
    foreign = set(copies)  # lines that do not belong where they stand
    for b in breaks:
        index, parent = b.at[0], places.get(b.previous)
        if index in foreign:
            continue
        others = [child for child in children.get(b.previous, []) if child != index]
        later = goes_on.get(b.expected)
        before = index - 1
        while before in foreign:
            before -= 1
        if (before < index - 1 or b.after_unreadable) and (b.previous is None and b.hash == genesis_hash if before < 0 else parent == before):
            continue  # it goes on from the last line that belongs here
        if b.previous is None and b.hash == genesis_hash:
            yield b, 'CHAIN_REORDERED', 'The declared first receipt of the chain stands here, not at the start.', []
        elif b.previous is None:
            yield b, 'CHAIN_GENESIS_UNDECLARED', 'This receipt starts a new chain in the middle of the file.', []
        elif parent is None and (b.after_unreadable or index - 1 in others):
            continue  # it may name the unreadable line before; or the line before is its sibling and is reported
        elif parent is None and index + 1 in others:
            yield b, 'CHAIN_AMENDED_IN_PLACE', (
                'This receipt and the next name the same predecessor, which is not in the file. So the receipt that stood here '
                'was rewritten in place and now names its own former self.'), [index + 1]
        elif parent is None and later and later.at[0] > index and (b.expected or later.hash == genesis_hash):
            foreign.update(range(index, later.at[0]))
            yield b, 'CHAIN_INSERTED', (
                'The predecessor that this receipt names is not in the file, and receipt %d goes on from the line before. '
                'What stands between was inserted.' % later.at[0]), [later.at[0]]
        elif parent is None:
            yield b, 'CHAIN_DELETED', (
                'The predecessor that this receipt names is not in the file: receipts before it were removed or replaced.'), []
        elif parent > index:
            yield b, 'CHAIN_REORDERED', 'The predecessor of this receipt stands later in the file, at index %d.' % parent, [parent]
        elif others:
            yield b, 'CHAIN_FORK', (
                'Receipt %d has two successors in the file, %d and %d: a receipt was inserted, or two histories were joined.'
                % (parent, others[0], index)), [parent] + others[:8]
        elif displaced:
            yield b, 'CHAIN_REORDERED', 'The predecessor of this receipt is receipt %d, not the line before: lines were moved.' % parent, [parent]
        else:
            yield b, 'CHAIN_INSERTED', (
                'The predecessor of this receipt is receipt %d: what stands between the two does not belong there.' % parent), [parent]


# ---------------------------------------------------------------------------------------------------------------
# 5. The Merkle tree of RFC 6962, kept as the roots of its perfect subtrees: 32 bytes for each bit of the size.


class MerkleTree:
    def __init__(self):
        self.size = 0
        self.roots = []

    def append(self, leaf):
        size = self.size
        while size & 1:
            leaf = hashlib.sha256(b'\1' + self.roots.pop() + leaf).digest()
            size >>= 1
        self.roots.append(leaf)
        self.size += 1

    def root(self):
        if not self.roots:
            return hashlib.sha256(b'').digest()
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = hashlib.sha256(b'\1' + left + root).digest()
        return root


# ---------------------------------------------------------------------------------------------------------------
# 6. Notes: Ed25519 (RFC 8032, the strict reading), C2SP signed notes, checkpoints.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493  # order of the base point
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    """Sum of two points in extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return w * x % P, y * z % P, x * y % P, w * z % P


def point_times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = point_add(total, point)
        point = point_add(point, point)
        scalar >>= 1
    return total


def point_from(data):
    """The point of a 32-byte encoding, or None. Encodings with y >= P, or of a negative zero x, are refused."""
    y = int.from_bytes(data, 'little')
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_MINUS_ONE % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def point_bytes(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, 'little')


BASE = point_from(bytes.fromhex('58' + '66' * 31))


def ed25519_holds(public_key, message, signature):
    """Whether the signature holds: s < L, so that no second signature can be derived from a first, and R equals
    [s]B - [k]A byte by byte."""
    if len(signature) != 64 or len(public_key) != 32:
        return False
    key, r, s = point_from(public_key), signature[:32], int.from_bytes(signature[32:], 'little')
    if key is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(r + public_key + message).digest(), 'little') % L
    minus_key = (P - key[0], key[1], key[2], P - key[3])
    return point_bytes(point_add(point_times(s, BASE), point_times(k, minus_key))) == r


ED25519, COSIGNATURE = 1, 4  # key types of C2SP signed notes


def strict_base64(text):
    """Bytes of padded standard base64 in its only spelling, or None."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def is_key_name(name):
    return bool(name) and '+' not in name and not any(letter.isspace() for letter in name)


def read_trust(path):
    """The keys of a trust.vkeys file: {(name, key id): (type, public key)}. A wrong line is refused, not skipped:
    a key that is silently missing would turn a bad signature into an unknown one."""
    keys = {}
    try:
        rows = small_file(path).decode('utf-8-sig').split('\n')
    except UnicodeDecodeError:
        raise InputError(path, 'The trust file is not UTF-8 text.', 'Pass a file with one verifier key a line.') from None
    for number, row in enumerate(rows, 1):
        row = row.strip()
        if not row or row.startswith('#'):
            continue
        name, plus, rest = row.partition('+')
        key_id, plus, blob = rest.partition('+')
        blob = strict_base64(blob) or b''
        wrong = None
        if not plus or not is_key_name(name) or not re.fullmatch('[0-9a-f]{8}', key_id) or len(blob) < 2:
            wrong = 'is not a verifier key of the form name+keyid+base64'
        elif hashlib.sha256(name.encode() + b'\n' + blob).hexdigest()[:8] != key_id:
            wrong = 'has a key id that does not belong to its name and key'
        elif blob[0] not in (ED25519, COSIGNATURE):
            print('%s, line %d: a key of type %d is unknown here and was ignored.' % (path, number, blob[0]), file=sys.stderr)
        elif len(blob) != 33:
            wrong = 'has a key of %d bytes, where Ed25519 has 32' % (len(blob) - 1)
        else:
            keys[name, bytes.fromhex(key_id)] = blob[0], blob[1:]
        if wrong:
            raise InputError(path, 'Line %d %s.' % (number, wrong), 'Copy the line again from the log.')
    return keys


class Checkpoint:
    """A parsed note: the head (origin, size, root) of a log, the signed bytes, and (name, key id, signature)s."""

    def __init__(self, data):
        """Raises ValueError with a sentence for a note that is not well formed, whoever signed it."""
        if not data:
            raise ValueError('The file is empty.')
        if any(byte < 32 and byte != 10 for byte in data):
            raise ValueError('The note holds a control character; CR LF line ends also count as such.')
        try:
            note = data.decode('utf-8')
        except UnicodeDecodeError:
            raise ValueError('The note is not UTF-8.') from None
        text, blank, block = note.rpartition('\n\n')
        if not blank or not block.endswith('\n'):
            raise ValueError('A blank line and signature lines must follow the text, and the last line must end in LF.')
        rows = text.split('\n')
        if len(rows) < 3 or not all(rows):
            raise ValueError('The text must be an origin, a size and a root, each on its line, without empty lines.')
        if not re.fullmatch('0|[1-9][0-9]{0,18}', rows[1]):
            raise ValueError('The size must be a decimal number without sign or leading zero.')
        root = strict_base64(rows[2])
        if root is None or len(root) != 32:
            raise ValueError('The root must be 32 bytes in padded standard base64.')
        self.origin, self.size, self.root = rows[0], int(rows[1]), root
        self.text = (text + '\n').encode()
        self.signatures = []
        for row in block[:-1].split('\n'):
            parts = row.split(' ')
            blob = strict_base64(parts[2]) if len(parts) == 3 and parts[0] == '\u2014' and is_key_name(parts[1]) else None
            if not blob or len(blob) < 5:
                raise ValueError('A signature line must be an em dash, a key name and padded standard base64, with single spaces.')
            self.signatures.append((parts[1], blob[:4], blob[4:]))
        if len(self.signatures) > MAX_SIGNATURES:
            raise ValueError('The note has %d signatures; at most %d are allowed.' % (len(self.signatures), MAX_SIGNATURES))
        self.file = None

    def judge(self, keys):
        """(names of trusted logs that signed, names of known keys whose signature fails). Unknown keys are ignored,
        as signed-note demands. A cosignature of a known witness is checked, but does not stand in for the log's."""
        logs, bad = [], []
        for name, key_id, signature in self.signatures:
            kind, public_key = keys.get((name, key_id), (None, None))
            if kind == ED25519:
                (logs if ed25519_holds(public_key, self.text, signature) else bad).append(name)
            elif kind == COSIGNATURE:
                seconds = int.from_bytes(signature[:8], 'big')
                message = b'cosignature/v1\ntime %d\n' % seconds + self.text
                if not ed25519_holds(public_key, message, signature[8:]):
                    bad.append(name)
        return logs, bad


def read_checkpoints(chain, keys):
    """Trusted checkpoints of the chain, smallest first; everything else becomes a finding."""
    trusted = []
    for path in sorted(glob.glob(os.path.join(glob.escape(chain.folder), 'checkpoints', '*.note'))) if chain.folder else []:
        name = chain.label + 'checkpoints/' + os.path.basename(path)
        try:
            note = Checkpoint(small_file(path))
        except (ValueError, IsADirectoryError) as error:
            chain.add('NOTE_MALFORMED', 'The checkpoint is not well formed. %s' % error, file=name)
            continue
        note.file = name
        logs, bad = note.judge(keys)
        if bad:
            chain.add('NOTE_BAD_SIG', 'The signature of %s does not fit the text: the note was altered, or someone else signed it.' % ', '.join(bad), file=name)
        elif not logs:
            chain.add('NOTE_NO_TRUSTED_SIG', 'No key in the trust file signed this checkpoint, so it proves nothing to you.', file=name)
        elif note.origin not in logs:
            chain.add('NOTE_ORIGIN', 'The note speaks for another log than the one whose key signed it.', file=name, expected=logs[0], actual=note.origin)
        elif chain.chain_id is not None and note.origin.split('/')[-1] != chain.chain_id:
            chain.add('NOTE_ORIGIN', 'The checkpoint is genuine but belongs to the log of another chain.', file=name,
                      expected=chain.chain_id, actual=note.origin)
        else:
            trusted.append(note)
    return sorted(trusted, key=lambda note: note.size)


def compare_checkpoints(chain, trusted, roots):
    """Hold the trusted heads against each other and against the file. `roots` has the recomputed root of each size
    that a head names and the file reaches. Returns the size up to which the file is anchored, or None."""
    agreeing = [note for note in trusted if roots.get(note.size) == note.root]
    newest = agreeing[-1] if agreeing else None
    for note in trusted:
        mine = roots.get(note.size)
        place = {'file': note.file, 'expected': note.root.hex(), 'actual': mine and mine.hex(), 'evidence': [{'what': 'log', 'value': note.origin}]}
        twin = next((other for other in trusted if (other.origin, other.size) == (note.origin, note.size) and other.root != note.root), None)
        if twin:
            place.update(actual=twin.root.hex(), evidence=[{'what': 'checkpoint', 'file': twin.file}])
            chain.add('LOG_FORK_PROVEN', 'The log signed two different roots for the same size %d.' % note.size, **place)
        elif note.size > chain.receipts:
            place.update(expected=note.size, actual=chain.receipts, gap=span(chain.receipts, note.size, note.size - chain.receipts))
            chain.add('LOG_TRUNCATED', 'The file has %d entries, but the log signed %d.' % (chain.receipts, note.size), **place)
        elif mine != note.root:
            low = max((other.size for other in agreeing if other.size < note.size), default=0)
            place['gap'] = span(low, note.size, 'unknown')
            if newest and newest.size > note.size:
                place['evidence'] = [{'what': 'checkpoint', 'file': newest.file}]
                chain.add('LOG_FORK_PROVEN', 'The log signed size %d, and size %d over a history whose first %d entries differ; this file '
                          'holds the latter.' % (note.size, newest.size, note.size), **place)
            else:
                chain.add('LOG_ROOT_MISMATCH', 'The first %d entries are not those that the log signed. The first change lies among '
                          'entries %d to %d.' % (note.size, low, note.size - 1), **place)
    return newest.size if newest else None


def span(first, end, count):
    return {'from': first, 'to': end, 'count': count}


# ---------------------------------------------------------------------------------------------------------------
# 7. The verdict on one chain, and on all.


class Chain:
    def __init__(self, receipts_path, folder=None, label=''):
        self.path, self.folder = receipts_path, folder  # folder: None for a bare file, which has no manifest and no checkpoints
        self.label, self.file = label, label + os.path.basename(receipts_path)  # names below the path that was asked for
        self.declared = folder is not None and os.path.exists(os.path.join(folder, 'chain.json'))
        self.chain_id = self.genesis_hash = self.profile = self.anchored = self.last_good = None
        self.receipts = self.bytes = self.findings_total = 0
        self.root = MerkleTree().root()
        self.findings, self.breaks = [], []
        self.failed = self.unjudged = False

    def add(self, code, explain, **place):
        self.findings_total += 1
        self.failed = self.failed or code not in WARNINGS
        self.unjudged = self.unjudged or code == 'CANON_PROFILE_UNKNOWN'
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding(code, explain, dict({'file': self.file, 'log': self.chain_id}, **place)))

    def add_at(self, at, code, explain, **place):
        """A finding at a line, given as (index, byte offset, byte length, receipt_id)."""
        index, offset, length, receipt_id = at
        self.add(code, explain, **dict({'index': index, 'line': index + 1, 'byte_offset': offset, 'byte_length': length,
                                        'receipt_id': receipt_id, 'last_good_index': self.last_good}, **place))

    def read_manifest(self):
        path = os.path.join(self.folder, 'chain.json')
        reader = StrictReader(small_file(path).decode('utf-8', 'surrogateescape'), canonical=False)
        manifest = reader.record()
        wrong = [sentence for code, _, _, _, sentence in reader.faults if code != 'CANON_WHITESPACE']
        if not isinstance(manifest, dict) or LONE_SURROGATE.search(reader.text):
            manifest = {}
            wrong.append('It must be a JSON object in UTF-8.')
        for name in sorted(MANIFEST - {'genesis_hash'}):
            if not isinstance(manifest.get(name), str) or not manifest[name]:
                wrong.append('%s must be a string that is not empty.' % name)
        if not is_hash(manifest.get('genesis_hash')) and manifest.get('genesis_hash', False) is not None:
            wrong.append('genesis_hash must be null or 64 lower-case hexadecimal digits.')
        wrong += ['%s is no member of a manifest.' % json.dumps(name) for name in set(manifest) - MANIFEST]
        if wrong:
            raise InputError(path, 'The manifest is wrong. ' + wrong[0], 'Fetch chain.json again from the source.')
        self.chain_id, self.profile, self.genesis_hash = (manifest[name] for name in ('chain_id', 'profile', 'genesis_hash'))

    def lines(self):
        return lines_of(self.path) if not self.declared or os.path.exists(self.path) else iter(())

    def verify(self, keys, now, seen_ids, suspect_ids):
        """First pass: every line once, in order."""
        if self.declared:
            self.read_manifest()
        else:
            name = os.path.basename(os.path.abspath(self.folder or self.path))
            self.chain_id = name if self.folder else name[: -len('.jsonl')]
            self.profile = infer_profile(self.path)
        trusted = read_checkpoints(self, keys)
        sizes = {note.size for note in trusted}
        tree = MerkleTree()
        roots = {0: tree.root()}
        if self.profile not in PROFILES:
            self.add('CANON_PROFILE_UNKNOWN', 'This program does not know the profile %s, so it cannot recompute the hashes.'
                     % json.dumps(self.profile), file=self.label + 'chain.json')
        reader = PROFILES.get(self.profile, UnknownProfile)()
        head = stated_head = None  # hash of the line before, which the next must name; and what that line states it to be
        head_is_known = True
        last_time, future, first_future = None, 0, None
        for index, line in enumerate(self.lines()):
            self.bytes = line.offset + line.length + line.ended
            at = (index, line.offset, line.length, None)
            if not line.ended:
                self.add_at(at, 'CHAIN_TORN_TAIL', 'The last line does not end in LF: its record was not written to the end.')
                break
            tree.append(line.leaf)
            if tree.size in sizes:
                roots[tree.size] = tree.root()
            if line.data is None:
                self.add_at(at, 'CANON_SIZE', 'The record has %d bytes; at most %d are allowed.' % (line.length, MAX_RECORD_BYTES),
                            expected=MAX_RECORD_BYTES, actual=line.length)
                head_is_known = False
                continue
            record = reader.read(line.data)
            at = (index, line.offset, line.length, record.receipt_id)
            for code, offset, length, sentence, place in record.faults:
                self.add_at(at, code, sentence, byte_offset=line.offset + offset, byte_length=line.length if length is None else length, **place)
            if record.linked:
                if record.previous != head and record.previous != stated_head:
                    self.failed = True  # whatever the second pass makes of it
                    if len(self.breaks) < MAX_FINDINGS:
                        self.breaks.append(Break(at, record.hash, record.previous, head, not head_is_known))
                    else:
                        self.findings_total += 1
                elif record.previous is None and self.declared and self.genesis_hash not in (record.hash, record.stored):
                    self.add_at(at, 'CHAIN_GENESIS_UNDECLARED', 'The first receipt is not the one that the manifest declares.',
                                expected=self.genesis_hash, actual=record.hash)
                elif not record.faults:
                    self.last_good = index
            head_is_known = record.hash is not None
            if head_is_known:
                head, stated_head = record.hash, record.stored or record.hash
            if record.receipt_id is not None:
                mark = hash(record.receipt_id)  # 8 bytes stand for the id; the second pass compares the ids themselves
                if mark in seen_ids:
                    suspect_ids.add(record.receipt_id)
                seen_ids.add(mark)
            if record.timestamp is not None:
                instant = comparable(record.timestamp)
                if last_time is not None and instant < last_time:
                    self.add_at(at, 'CLOCK_BACKWARD', 'The receipt is earlier than the one before it.', json_pointer='/timestamp', actual=record.timestamp)
                if instant > now:
                    future, first_future, last_future = future + 1, first_future or (at, record.timestamp), index
                last_time = instant
        if first_future:
            self.add_at(first_future[0], 'CLOCK_FUTURE', 'This receipt lies in the future; %d receipts in the file do.' % future,
                        json_pointer='/timestamp', actual=first_future[1], gap=span(first_future[0][0], last_future + 1, future))
        self.receipts, self.root = tree.size, tree.root()
        if not self.bytes and self.declared and self.genesis_hash is not None:
            self.add('CHAIN_DELETED', 'The manifest declares a chain, but there is no receipt: all were removed.', expected=self.genesis_hash)
        self.anchored = compare_checkpoints(self, trusted, roots)
        first = self.anchored or 0
        if first < self.receipts and all(roots.get(note.size) == note.root for note in trusted):
            self.add('UNANCHORED_TAIL', 'No trusted checkpoint covers entries %d to %d: they could be rewritten unseen.' % (first, self.receipts - 1),
                     gap=span(first, self.receipts, self.receipts - first))

    def explain_breaks(self, suspect_ids, owners):
        """Second pass, only when something failed: find the predecessors that breaks name, and receipts of equal id."""
        wanted = {b.previous for b in self.breaks} - {None}
        places, children, copies = {}, {}, set()
        reader = PROFILES.get(self.profile, UnknownProfile)()
        for index, line in enumerate(self.lines()):
            record = reader.read(line.data) if line.ended and line.data is not None else Record()
            for known in wanted.intersection((record.hash, record.stored)):
                places.setdefault(known, index)
            if record.linked and record.previous in wanted:
                children.setdefault(record.previous, []).append(index)
            if record.receipt_id in suspect_ids:
                chain, first, its_hash = owners.setdefault(record.receipt_id, (self, index, record.hash))
                if (chain, first) == (self, index):
                    continue
                if chain is self and record.hash == its_hash is not None:
                    copies.add(index)
                self.add_at((index, line.offset, line.length, record.receipt_id), 'CHAIN_DUPLICATE_ID', 'Receipt %d of chain %s has the same receipt_id%s.' % (
                            first, json.dumps(chain.chain_id), ' and the same content' if index in copies else ''),
                            json_pointer='/receipt_id', evidence=[{'what': 'receipt', 'file': chain.file, 'index': first}])
        for b, code, sentence, evidence in classify(self.breaks, places, children, copies, self.genesis_hash):
            index = b.at[0]
            self.add_at(b.at, code, sentence, json_pointer='/previous_receipt_hash', expected=b.expected, actual=b.previous,
                        evidence=[{'what': 'receipt', 'index': i} for i in evidence],
                        last_good_index=index - 1 if index else None, gap=span(index, None, 'unknown') if code == 'CHAIN_DELETED' else None)

    def verdict(self):
        if self.failed:
            return 'BROKEN'
        if self.unjudged:
            return 'INDETERMINATE'
        return 'VERIFIED' if self.anchored == self.receipts else 'VERIFIED_UNANCHORED'

    def document(self):
        return {
            'chain_id': self.chain_id, 'profile': self.profile, 'receipts': self.receipts, 'bytes': self.bytes, 'root': self.root.hex(),
            'anchored_size': self.anchored or 0, 'verdict': self.verdict(), 'findings_total': self.findings_total,
            'findings': sorted(self.findings, key=lambda found: (found['index'] is None, found['index'] or 0)),
        }


def comparable(timestamp):
    """Text that sorts by time: always with milliseconds."""
    return timestamp[:19] + (timestamp[19:-1] or '.000')


def infer_profile(path):
    """The profile of a chain without manifest: its first line shows it."""
    line = next(lines_of(path), None)
    value = StrictReader((line.data or b'').decode('utf-8', 'replace'), canonical=False).record() if line else None
    return ERLMCP if isinstance(value, dict) and 'hash_chain' in value else JCS


def find_chains(path):
    """The chains at a path: a folder is a chain where it holds chain.json or receipts.jsonl, else a folder of chains."""
    if os.path.isfile(path) and path.endswith('.jsonl'):
        return [Chain(path)]
    if not os.path.isdir(path):
        raise InputError(path, 'This is neither a folder nor a .jsonl file.', 'Pass a chain folder, a folder of chains or a .jsonl file.')
    folders = [('', path)] + sorted((entry.name + '/', entry.path) for entry in os.scandir(path) if entry.is_dir())
    chains = []
    for label, folder in folders:
        if any(os.path.exists(os.path.join(folder, name)) for name in ('chain.json', 'receipts.jsonl')):
            chains.append(Chain(os.path.join(folder, 'receipts.jsonl'), folder, label))
            if not label:
                break  # what lies below a chain is its own
    if not chains:
        raise InputError(path, 'There is no chain here.', 'Pass a folder that has chain.json and receipts.jsonl, or a folder of such folders.')
    return chains


def verify_paths(paths, keys, now):
    """(chains, problems): all chains below the paths, verified, and what could not be read."""
    chains, problems = {}, []
    for path in paths:
        try:
            chains.update((os.path.realpath(chain.path), chain) for chain in find_chains(path))
        except (InputError, OSError) as error:
            problems.append(problem_of(error))
    chains = list(chains.values())
    seen_ids, suspect_ids, owners = set(), set(), {}
    for first_pass in (True, False):
        for chain in list(chains):
            try:
                if first_pass:
                    chain.verify(keys, now, seen_ids, suspect_ids)
                elif suspect_ids or chain.breaks:
                    chain.explain_breaks(suspect_ids, owners)
            except (InputError, OSError) as error:
                problems.append(problem_of(error))
                chains.remove(chain)
    return chains, problems


# ---------------------------------------------------------------------------------------------------------------
# 8. Command line.

VERDICTS = ('BROKEN', 'INDETERMINATE', 'VERIFIED_UNANCHORED', 'VERIFIED')  # worst first
SAYS = {
    'BROKEN': 'At least one check fails. Do not rely on these receipts until the findings are explained.',
    'INDETERMINATE': 'The rule by which the hashes were made is unknown; this proves neither honesty nor fraud.',
    'VERIFIED_UNANCHORED': 'Every check holds, but no checkpoint that you trust covers the whole file.',
    'VERIFIED': 'Every check holds, and a checkpoint that you trust covers the whole file.',
}


def print_report(chains, problems, verdict, shown=50):
    for chain in chains:
        document = chain.document()
        print('%s  %s' % (document['verdict'], json.dumps(chain.chain_id)))
        print('  profile %s%s, %d receipts, %d bytes, anchored up to %d' % (
            document['profile'], '' if chain.declared else ' (inferred)', document['receipts'], document['bytes'], document['anchored_size']))
        print('  root %s' % document['root'])
        for found in document['findings'][:shown]:
            place = found['file'] if found['line'] is None else '%s line %d (index %d, byte %d)' % (
                found['file'], found['line'], found['index'], found['byte_offset'])
            print('  %s %s at %s' % (found['severity'], found['code'], place))
            print('    %s' % found['explain'].encode('unicode_escape').decode())
            for name in ('expected', 'actual'):
                if found[name] is not None:
                    print('    %s: %s' % (name, json.dumps(found[name])))
            print('    Next: %s' % found['next_step'])
        if document['findings_total'] > shown:
            print('  ... %d findings in all; --json lists the first %d.' % (document['findings_total'], MAX_FINDINGS))
    for problem in problems:
        print('Not read: %(file)s\n  %(message)s\n  Next: %(next_step)s' % problem, file=sys.stderr)
    if verdict:
        print('%s: %s' % (verdict, SAYS[verdict]))


def parse_now(text):
    if not is_timestamp(text):
        raise InputError(None, '--now is %s.' % text, 'Pass a time of the form 2025-12-31T23:59:59Z, or with milliseconds.')
    return comparable(text)


def main(arguments):
    started = time.monotonic()
    parser = argparse.ArgumentParser(description='Verify receipt chains. Read the top of this file for what the verdicts mean.')
    parser.add_argument('paths', nargs='*', metavar='PATH', help='a chain folder, a folder of chain folders, or a .jsonl file')
    parser.add_argument('--trust', metavar='FILE', help='C2SP verifier keys of the logs that you trust, one a line')
    parser.add_argument('--require-anchor', action='store_true', help='exit 4 when a chain holds but is not anchored to its end')
    parser.add_argument('--now', metavar='ISO', help='the time after which a receipt lies in the future; the clock of this machine by default')
    parser.add_argument('--json', action='store_true', help='print one JSON document')
    parser.add_argument('--self-test', action='store_true', help='check this program against published test vectors')
    options = parser.parse_args(arguments)
    if options.self_test:
        return self_test()
    chains, problems = [], []
    try:
        if not options.paths:
            raise InputError(None, 'No PATH was given.', 'Pass a chain folder, a folder of chains or a .jsonl file.')
        now = parse_now(options.now or datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='milliseconds')[:23] + 'Z')
        keys = read_trust(options.trust) if options.trust else {}
        chains, problems = verify_paths(options.paths, keys, now)
    except (InputError, OSError) as error:
        problems = [problem_of(error)]
    verdicts = {chain.verdict() for chain in chains}
    verdict = next((name for name in VERDICTS if name in verdicts), None)
    if options.json:
        document = {'verdict': verdict, 'chains': [chain.document() for chain in chains], 'elapsed_ms': round((time.monotonic() - started) * 1000)}
        if problems:
            document['problems'] = problems
        print(json.dumps(document))
    else:
        print_report(chains, problems, verdict)
    if problems or verdict is None:
        return 2
    return {'BROKEN': 1, 'INDETERMINATE': 3, 'VERIFIED_UNANCHORED': 4 if options.require_anchor else 0, 'VERIFIED': 0}[verdict]


# ---------------------------------------------------------------------------------------------------------------
# 9. Self-test against published vectors: RFC 8785 appendix B, RFC 8032 section 7.1, RFC 6962 section 2.1.3.


def self_test():
    checks = []
    doubles = (  # RFC 8785 appendix B: IEEE 754 bits, text
        ('0000000000000000', '0'), ('8000000000000000', '0'), ('0000000000000001', '5e-324'), ('8000000000000001', '-5e-324'),
        ('7fefffffffffffff', '1.7976931348623157e+308'), ('4340000000000000', '9007199254740992'), ('4430000000000000', '295147905179352830000'),
        ('44b52d02c7e14af5', '9.999999999999997e+22'), ('44b52d02c7e14af6', '1e+23'), ('44b52d02c7e14af7', '1.0000000000000001e+23'),
        ('444b1ae4d6e2ef4e', '999999999999999700000'), ('444b1ae4d6e2ef50', '1e+21'), ('3eb0c6f7a0b5ed8c', '9.999999999999997e-7'),
        ('3eb0c6f7a0b5ed8d', '0.000001'), ('41b3de4355555553', '333333333.3333332'), ('41b3de4355555557', '333333333.33333343'),
        ('becbf647612f3696', '-0.0000033333333333333333'), ('43143ff3c1cb0959', '1424953923781206.2'),
    )
    for bits, text in doubles:
        checks.append(('number ' + text, es6_number(struct.unpack('>d', bytes.fromhex(bits))[0]) == text))
    for text, code in (('{"a":1,"b":-0.5,"c":1e-7}', None), ('{"a":1.0}', 'CANON_NUMBER'), ('{"a":-0}', 'CANON_NUMBER'), ('{"a":1E2}', 'CANON_NUMBER'),
                       ('{"a":9007199254740993}', 'CANON_NUMBER'), ('{"a":1e+30}', None), ('{"a":1,"a":1}', 'CANON_DUPLICATE_KEY'), ('{"b":1,"a":1}', 'CANON_UNSORTED'),
                       ('{"\U0001f600":1,"\ue000":2}', None), ('{"\ue000":1,"\U0001f600":2}', 'CANON_UNSORTED'), ('{"a": 1}', 'CANON_WHITESPACE'),
                       ('{"a":"\\ud800"}', 'CANON_SURROGATE'), ('{"a":"\\u00fc"}', 'CANON_SYNTAX'), ('{"a":"\\b\\u001f"}', None),
                       ('{"a":NaN}', 'CANON_SYNTAX'), ('[' * 64 + ']' * 64, None), ('[' * 65 + ']' * 65, 'CANON_DEPTH')):
        reader = StrictReader(text, canonical=True)
        reader.record()
        checks.append(('canonical ' + ascii(text)[:40], [fault[0] for fault in reader.faults] == ([code] if code else [])))
    usual = ('{"audit_fields":{"hostname":"h"},"current_hash":"%s","envelope_claim":{"concurrent":%%s},"plan_id":"p",'
             '"previous_receipt_hash":null,"receipt_id":"r","timestamp":"t","version":"1"}') % ('0' * 64)
    for number in '0 1 -1 0.5 -0.5 0.000001 123456789012345 -0 01 1.0 0.10 1e2 1E2 .5 1. 0.0000001 1234567890123456789'.split():
        plain = USUAL.fullmatch(usual % number) is not None
        reader = StrictReader(usual % number, canonical=True)
        reader.record()
        checks.append(('fast path ' + number, not (plain and reader.faults)))
    rfc8032 = (  # public key, message, signature
        ('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '',
         'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'),
        ('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72',
         '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'),
        ('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82',
         '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'),
    )
    for row in rfc8032:
        key, message, signature = (bytes.fromhex(part) for part in row)
        again = signature[:32] + (int.from_bytes(signature[32:], 'little') + L).to_bytes(32, 'little')
        checks.append(('Ed25519 ' + row[0][:8], ed25519_holds(key, message, signature)))
        checks.append(('Ed25519 refuses another message', not ed25519_holds(key, message + b'!', signature)))
        checks.append(('Ed25519 refuses s + L', not ed25519_holds(key, message, again)))
    tree = MerkleTree()
    checks.append(('root of the empty tree', tree.root().hex() == 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'))
    tree.append(hashlib.sha256(b'\0').digest())
    checks.append(('root of one empty entry', tree.root().hex() == '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'))
    leaves = [hashlib.sha256(b'\0' + entry).digest() for entry in (b'', b'\0', b'\x10')]
    for leaf in leaves[1:]:
        tree.append(leaf)
    by_hand = hashlib.sha256(b'\1' + hashlib.sha256(b'\1' + leaves[0] + leaves[1]).digest() + leaves[2]).digest()
    checks.append(('root of three entries', tree.root() == by_hand))
    for name, holds in checks:
        if not holds:
            print('failed: ' + name)
    failed = sum(not holds for _, holds in checks)
    print('self-test: %d of %d checks hold' % (len(checks) - failed, len(checks)))
    return 1 if failed else 0


if __name__ == '__main__':
    if sys.version_info < (3, 8):
        sys.exit('verify_chain.py needs Python 3.8 or newer; this is %s.' % sys.version.split()[0])
    if hasattr(signal, 'SIGPIPE'):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly where the output is cut, as by head
    sys.stdout.reconfigure(errors='backslashreplace')
    sys.exit(main(sys.argv[1:]))
