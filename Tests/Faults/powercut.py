"""Replays a log of writes (writes.c) up to a power cut: what a disk may hold then."""
import struct

HEADER = struct.Struct("<cHIQQ")
SECTOR = 4096


class File:
    def __init__(self):
        self.durable = bytearray()   # what is on the disk for certain
        self.is_durable = False
        self.pending = []            # (index, kind, offset, bytes) that were not synced
        self.began = {}              # by process and number of a sync: the index at which it began


class Replay:
    def __init__(self, log):
        self.data = log.read_bytes()
        self.size = len(self.data)
        self.at = self.index = 0
        self.files = {}
        self.syncs = []
        at = 0
        while at + HEADER.size <= self.size:
            kind, path, _, _, length = HEADER.unpack_from(self.data, at)
            at += HEADER.size + path + (length if kind == b"w" else 0)
            if kind in b"be":
                self.syncs.append(at)

    def near_a_sync(self, random):
        return max(0, min(self.size - 1, random.choice(self.syncs) + random.randrange(-3, 200)))

    def advance(self, position):
        """Reads all records that end at or before a position."""
        while self.at + HEADER.size <= position:
            kind, path_length, pid, offset, length = HEADER.unpack_from(self.data, self.at)
            start = self.at + HEADER.size
            end = start + path_length + (length if kind == b"w" else 0)
            if end > position:
                return
            path = self.data[start:start + path_length].decode()
            if not path.endswith("-shm"):
                self.apply(kind, path, pid, offset, self.data[start + path_length:end])
            self.at = end
            self.index += 1

    def apply(self, kind, path, pid, offset, data):
        file = self.files.setdefault(path, File())
        if kind in (b"w", b"t"):
            file.pending.append((self.index, kind, offset, data))
        elif kind == b"b":
            file.began[pid, offset] = self.index
        elif kind == b"e":
            began = file.began.pop((pid, offset))
            if path == ".":
                self.folder_synced(began)
                return
            for index, kind, offset, data in file.pending:
                if index < began and kind != b"u":
                    change(file.durable, kind, offset, data)
            file.pending = [entry for entry in file.pending if entry[0] >= began or entry[1] == b"u"]
            file.is_durable = True
        elif kind == b"u":
            file.pending.append((self.index, b"u", 0, b""))

    def folder_synced(self, began):
        """What was removed before a sync of the folder stays removed."""
        for file in self.files.values():
            removed = max((index for index, kind, *_ in file.pending if kind == b"u" and index < began), default=None)
            if removed is not None:
                file.pending = [entry for entry in file.pending if entry[0] > removed]
                file.durable, file.is_durable = bytearray(), False

    def write_image(self, random, folder):
        """Writes files as the disk may hold them; returns how much of what was not synced got lost."""
        how = random.choice(["none of it written", "all of it written", "written in order", "any of it written"])
        last = max((entry[0] for file in self.files.values() for entry in file.pending), default=0)
        stop = random.randint(min((entry[0] for file in self.files.values() for entry in file.pending),
                                  default=0), last + 1)
        for path, file in self.files.items():
            if path == ".":
                continue
            image = bytearray(file.durable)
            exists, kept = file.is_durable, {}
            for index, kind, offset, data in file.pending:
                if how == "none of it written" or how == "written in order" and index > stop:
                    continue
                if kind == b"u":
                    exists = how != "all of it written" and random.random() < 0.5
                    continue
                exists = True
                if how != "any of it written" and not (how == "written in order" and index == stop):
                    change(image, kind, offset, data)
                elif kind == b"t":
                    if random.random() < 0.5:
                        change(image, kind, offset, data)
                else:
                    # Each sector is as it was after some of its writes: those up to one of them.
                    first = offset
                    while first < offset + len(data):
                        sector = first // SECTOR
                        end = min((sector + 1) * SECTOR, offset + len(data))
                        if kept.setdefault(sector, random.choice([-1, random.randint(0, last), last])) >= index:
                            change(image, b"w", first, data[first - offset:end - offset])
                        first = end
            if exists:
                (folder / path).write_bytes(image)
        # What is shared memory of a former start of the machine means nothing.
        if random.random() < 0.5:
            (folder / "store.db-shm").write_bytes(random.randbytes(32768))
        return how


def change(image, kind, offset, data):
    if kind == b"t":
        if offset < len(image):
            del image[offset:]
        else:
            image.extend(bytes(offset - len(image)))
    else:
        if offset > len(image):
            image.extend(bytes(offset - len(image)))
        image[offset:offset + len(data)] = data
