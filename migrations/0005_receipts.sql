-- Receipts as evidence: every byte a source delivered, verbatim, garbage too (docs/formats/receipt-store.md).

-- Facts: a chain is a folder of a source.
CREATE TABLE chains (
  chain_no INTEGER PRIMARY KEY CHECK (chain_no >= 1),
  source_id TEXT NOT NULL REFERENCES sources (source_id),
  folder TEXT NOT NULL CHECK (length(folder) > 0),
  first_seen_at TEXT NOT NULL,
  UNIQUE (source_id, folder)
) STRICT;

CREATE TRIGGER chains_no_update BEFORE UPDATE ON chains
BEGIN SELECT RAISE(ABORT, 'chains is append-only'); END;
CREATE TRIGGER chains_no_delete BEFORE DELETE ON chains
BEGIN SELECT RAISE(ABORT, 'chains is append-only'); END;
CREATE TRIGGER chains_no_replace BEFORE INSERT ON chains
WHEN EXISTS (
  SELECT 1 FROM chains WHERE chain_no = NEW.chain_no OR (source_id = NEW.source_id AND folder = NEW.folder)
)
BEGIN SELECT RAISE(ABORT, 'chains is append-only'); END;

-- Facts: one stream of lines per generation. A source that changes its past opens a new one beside the old.
CREATE TABLE streams (
  stream_no INTEGER PRIMARY KEY CHECK (stream_no BETWEEN 1 AND 2097151),
  chain_no INTEGER NOT NULL REFERENCES chains (chain_no),
  -- Counts from 1; the highest is the current one.
  generation INTEGER NOT NULL CHECK (generation >= 1),
  opened_at TEXT NOT NULL,
  run_id TEXT NOT NULL,
  because TEXT NOT NULL,
  UNIQUE (chain_no, generation)
) STRICT;

CREATE TRIGGER streams_no_update BEFORE UPDATE ON streams
BEGIN SELECT RAISE(ABORT, 'streams is append-only'); END;
CREATE TRIGGER streams_no_delete BEFORE DELETE ON streams
BEGIN SELECT RAISE(ABORT, 'streams is append-only'); END;
CREATE TRIGGER streams_no_replace BEFORE INSERT ON streams
WHEN EXISTS (
  SELECT 1 FROM streams
  WHERE stream_no = NEW.stream_no OR (chain_no = NEW.chain_no AND generation = NEW.generation)
)
BEGIN SELECT RAISE(ABORT, 'streams is append-only'); END;

-- Facts: the lines. position = stream_no * 2^32 + index of the line, so that a chain lies together on disk and a page of
-- it is one range.
CREATE TABLE receipt_lines (
  position INTEGER PRIMARY KEY CHECK (position >= 4294967296),
  -- Where the line begins in the file.
  byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),
  -- How many pieces of exactly 1 MiB stand before `bytes`: 0 for every line that can be a receipt.
  pieces INTEGER NOT NULL CHECK (pieces >= 0),
  -- The line without its LF, verbatim; a CR before it stays. Of a line in pieces: what follows them.
  bytes BLOB NOT NULL
) STRICT;

CREATE TRIGGER receipt_lines_no_update BEFORE UPDATE ON receipt_lines
BEGIN SELECT RAISE(ABORT, 'receipt_lines is append-only'); END;
CREATE TRIGGER receipt_lines_no_delete BEFORE DELETE ON receipt_lines
BEGIN SELECT RAISE(ABORT, 'receipt_lines is append-only'); END;
CREATE TRIGGER receipt_lines_no_replace BEFORE INSERT ON receipt_lines
WHEN EXISTS (SELECT 1 FROM receipt_lines WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'receipt_lines is append-only'); END;

-- Facts: pieces of 1 MiB of lines longer than that, so that memory stays bounded whatever a source sends.
CREATE TABLE receipt_line_pieces (
  position INTEGER NOT NULL CHECK (position >= 4294967296),
  piece INTEGER NOT NULL CHECK (piece >= 0),
  bytes BLOB NOT NULL CHECK (length(bytes) = 1048576),
  PRIMARY KEY (position, piece)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER receipt_line_pieces_no_update BEFORE UPDATE ON receipt_line_pieces
BEGIN SELECT RAISE(ABORT, 'receipt_line_pieces is append-only'); END;
CREATE TRIGGER receipt_line_pieces_no_delete BEFORE DELETE ON receipt_line_pieces
BEGIN SELECT RAISE(ABORT, 'receipt_line_pieces is append-only'); END;
CREATE TRIGGER receipt_line_pieces_no_replace BEFORE INSERT ON receipt_line_pieces
WHEN EXISTS (SELECT 1 FROM receipt_line_pieces WHERE position = NEW.position AND piece = NEW.piece)
BEGIN SELECT RAISE(ABORT, 'receipt_line_pieces is append-only'); END;

-- The unfinished last line of a stream. Replaceable, because later bytes may finish it; it only ever grows into a line, for
-- a source that changes bytes already taken opens a new generation.
CREATE TABLE stream_tails (
  stream_no INTEGER PRIMARY KEY REFERENCES streams (stream_no),
  byte_offset INTEGER NOT NULL,
  pieces INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- Derived, so that nothing ever counts rows.
CREATE TABLE stream_state (
  stream_no INTEGER PRIMARY KEY REFERENCES streams (stream_no),
  -- Lines with their LF.
  lines INTEGER NOT NULL,
  -- Bytes of those lines, LFs included.
  line_bytes INTEGER NOT NULL,
  -- Bytes of the unfinished last line.
  tail_bytes INTEGER NOT NULL,
  -- 0 while a copy of the source's file is not finished (a killed or cancelled sync): its end is not the chain's end.
  complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
  updated_at TEXT NOT NULL
) STRICT;

-- Facts: chain.json and the checkpoints as they came, every version.
CREATE TABLE chain_documents (
  document_no INTEGER PRIMARY KEY CHECK (document_no >= 1),
  chain_no INTEGER NOT NULL REFERENCES chains (chain_no),
  -- Below the chain's folder: `chain.json`, `checkpoints/000000000100.note`.
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  bytes BLOB NOT NULL,
  received_at TEXT NOT NULL,
  run_id TEXT NOT NULL
) STRICT;
CREATE INDEX chain_documents_by_path ON chain_documents (chain_no, path, document_no);

CREATE TRIGGER chain_documents_no_update BEFORE UPDATE ON chain_documents
BEGIN SELECT RAISE(ABORT, 'chain_documents is append-only'); END;
CREATE TRIGGER chain_documents_no_delete BEFORE DELETE ON chain_documents
BEGIN SELECT RAISE(ABORT, 'chain_documents is append-only'); END;
CREATE TRIGGER chain_documents_no_replace BEFORE INSERT ON chain_documents
WHEN EXISTS (SELECT 1 FROM chain_documents WHERE document_no = NEW.document_no)
BEGIN SELECT RAISE(ABORT, 'chain_documents is append-only'); END;
