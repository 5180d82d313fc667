package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One shard's profile rows, in one persisted map file, and behind it, where there are {@link TierConfig tiers}, an archive of
 * those that were not asked for lately. Owned by the shard's thread, which alone writes; others read through a
 * {@link ProfileReader} of their own, which sees what is in the map.
 *
 * <p>Guarantees:
 * <ol>
 *   <li>A row's address is a multiple of 64 and stays good until {@link #close}; with tiers, until {@link #rowAddress} or
 *       {@link #acquireRow} is called for another subject.
 *   <li>{@link #rowAddress} neither allocates, locks nor calls the map for a row that is in it: the owner is the only one who
 *       adds rows, so its index is complete.
 *   <li>A row's bits are the same wherever it was in between: floats, update time, digest, checksum and count of updates.
 *   <li>A reader sees a row as it was between two updates, or a code.
 *   <li>The file is a view of the journal. A kill leaves at most the row being updated torn, with an odd sequence.
 * </ol>
 *
 * <p>After {@link #close} no address may be used: the process would end with a segmentation fault.
 */
public final class ProfileStore implements AutoCloseable {
    private final ProfileStoreConfig config;
    private final RowMap map;
    private final RowIndex index;
    private final RowSeal seal;
    private final RowDirectory directory;
    private final ProfileCounters counters = new ProfileCounters();
    private final TierLedger ledger;
    private final @Nullable RowTiers tiers;
    private final @Nullable HotTier hot;
    private final long lastWord;
    private boolean closed;

    private ProfileStore(final ProfileStoreConfig config, final RowMap map) {
        this.config = config;
        this.map = map;
        index = new RowIndex(config.warmRows());
        ledger = ledger(config);
        final TierConfig wanted = config.tiers();
        tiers = wanted == null ? null : new RowTiers(config, wanted, map, index, ledger);
        final HotConfig slab = config.hot();
        hot = slab == null ? null : new HotTier(slab, config.dimension(), ledger);
        seal = new RowSeal(config.dimension());
        directory = RowDirectory.create(config);
        lastWord = (long) RowLayout.length(config.dimension()) - Long.BYTES;
    }

    /**
     * Opens a shard's rows.
     *
     * @throws StoreException when the file cannot be read or made, is of another layout, holds more than {@code maxRows}
     *     rows, or was left locked by a killed process; the message says what to do
     */
    public static ProfileStore open(final ProfileStoreConfig config) {
        if (config.mode() == ProfileStoreConfig.Mode.CREATE) {
            prepareFresh(config);
        } else {
            checkLayout(config);
        }
        final RowMap map = RowMap.openReserved(config.file(), config.warmRows(), config.dimension());
        final ProfileStore store = assemble(config, map);
        try {
            store.checkOwnFile();
            store.takeOver();
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        return store;
    }

    private static ProfileStore assemble(final ProfileStoreConfig config, final RowMap map) {
        try {
            return new ProfileStore(config, map);
        } catch (RuntimeException e) {
            map.close();
            throw e;
        }
    }

    /**
     * Address of the subject's row, for {@link ProfileRow#wrap}, or 0 when there is none. About 5 ns on a hit in cache; a row
     * that is in the archive comes back into the map, some 50 microseconds.
     *
     * @return the address, 0, or a code: {@link StoreCode#DAMAGED}, the row's block in the archive is, see {@link #archiveDamage};
     *     {@link StoreCode#FULL}, the row that would make room finds none in the archive
     */
    public long rowAddress(final long subject) {
        final RowTiers tiered = tiers;
        if (tiered == null) {
            return index.get(subject);
        }
        final long address = index.use(subject);
        return address != 0 ? address : tiered.promote(subject);
    }

    /**
     * Address of the subject's row, which is created with zero floats when there is none; microseconds then.
     *
     * @return the address, or {@link StoreCode#FULL}, {@link StoreCode#DAMAGED} (see {@link #rowAddress}) or
     *     {@link StoreCode#BUSY} (another process was killed while it held a lock on the map; restart the engine)
     */
    public long acquireRow(final long subject) {
        final long address = rowAddress(subject);
        return address != 0 ? address : createRow(subject);
    }

    /**
     * Reads a word of each end of what are most likely the subjects' rows, and changes no row. Called for a batch of subjects before the
     * first of them is handled, it has their cache misses overlap instead of following one another: first all places are looked up, then
     * all rows are read, in loops so short that dozens of misses are on their way at a time and none waits for another.
     *
     * @param subjects from 0 to {@code count} - 1; overwritten
     * @return the words' sum, to be kept somewhere lest the compiler drops the reads
     */
    public long touch(final long[] subjects, final int count) {
        final long otherwise = map.scratchAddress();
        for (int i = 0; i < count; i++) {
            subjects[i] = index.guess(subjects[i], otherwise);
        }
        final long end = lastWord;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            final long address = subjects[i];
            sum += Memory.getLong(address) + Memory.getLong(address + end);
        }
        return sum;
    }

    /** A flyweight of this store's dimension, for the owner's thread. */
    public ProfileRow newRow() {
        return new ProfileRow(config.dimension(), hot);
    }

    /** Rows in the store, in all tiers. */
    public long size() {
        final RowTiers tiered = tiers;
        return tiered == null ? index.size() : index.size() + tiered.coldRows();
    }

    /** What each tier takes and may take; any thread may read it. */
    public TierLedger ledger() {
        return ledger;
    }

    /** The rows that are used most, laid out for kernels; null where none were asked for. The owner's thread only. */
    public @Nullable HotTier hot() {
        return hot;
    }

    /** What was found damaged in the archive last, or null. */
    public @Nullable Damage archiveDamage() {
        final RowTiers tiered = tiers;
        return tiered == null ? null : tiered.lastDamage();
    }

    /** D, floats a row. */
    public int dimension() {
        return config.dimension();
    }

    /** The counters, which any thread may read. */
    public ProfileCounters counters() {
        return counters;
    }

    /**
     * Hands the address of each row, of a copy where it is in the archive, to {@code action}, in no particular order. Addresses
     * are good during the call; the action must not add or ask for rows.
     *
     * @throws StoreException when a block of the archive is damaged: no row is left out silently
     */
    public void forEachRow(final LongConsumer action) {
        final RowTiers tiered = tiers;
        if (tiered != null) {
            tiered.forEachCold(action);
        }
        for (int place = 0; place < index.places(); place++) {
            final long address = index.addressAt(place);
            if (address != 0) {
                action.accept(address);
            }
        }
    }

    /**
     * Hands subject, update time and floats of each row, in all tiers, to {@code visitor}, in no particular order.
     *
     * @throws StoreException as {@link #forEachRow(LongConsumer)}
     */
    public void forEachRow(final RowVisitor visitor) {
        final float[] floats = new float[config.dimension()];
        forEachRow((LongConsumer) address -> {
            for (int i = 0; i < floats.length; i++) {
                floats[i] = Memory.getFloat(address + RowLayout.HEADER_LENGTH + (long) Float.BYTES * i);
            }
            visitor.row(
                    Memory.getLong(address + RowLayout.SUBJECT),
                    Memory.getLong(address + RowLayout.UPDATED_NS),
                    floats);
        });
    }

    /** Writes all rows to a snapshot, bit for bit. */
    public void save(final SnapshotWriter out) {
        out.putLong(size());
        forEachRow(address -> {
            out.putLong(Memory.getLong(address + RowLayout.SUBJECT));
            out.putLong(Memory.getLong(address + RowLayout.SEQUENCE));
            out.putLong(Memory.getLong(address + RowLayout.UPDATED_NS));
            out.putMemory(address + RowLayout.HEADER_LENGTH, (long) Float.BYTES * config.dimension());
        });
    }

    /**
     * Reads the rows of a snapshot into this store, which must be empty.
     *
     * @return the sum of the rows' digests, their share of the state hash
     * @throws StoreException when the snapshot holds more rows than there may be
     */
    public long load(final SnapshotReader in) {
        final long rows = in.getLong();
        long digests = 0;
        for (long i = 0; i < rows; i++) {
            final long address = acquireRow(in.getLong());
            if (address < 0) {
                throw new StoreException(in.info().file() + " holds " + rows + " rows, but there may be "
                        + config.maxRows() + " of them: set maxRows to what it was.");
            }
            final long sequence = in.getLong();
            final long updatedNs = in.getLong();
            in.getMemory(address + RowLayout.HEADER_LENGTH, (long) Float.BYTES * config.dimension());
            if (sequence > RowLayout.FIRST_SEQUENCE) {
                digests += seal.seal(address, updatedNs);
                Memory.putLongRelease(address + RowLayout.SEQUENCE, sequence);
            }
        }
        return digests;
    }

    /**
     * Checks a row against its checksum and this store's layout.
     *
     * @return {@link StoreCode#OK}, {@link StoreCode#WRONG_LAYOUT}, {@link StoreCode#DAMAGED}, or {@link StoreCode#BUSY} for
     *     a row that was left in mid-update
     */
    public int check(final long address) {
        if ((Memory.getLong(address + RowLayout.SEQUENCE) & 1) != 0) {
            return StoreCode.BUSY;
        }
        seal.copy(address);
        if (!seal.intact(Memory.getLong(address + RowLayout.SUBJECT))) {
            return StoreCode.DAMAGED;
        }
        return seal.headerInt(RowLayout.LAYOUT_VERSION) == config.layoutVersion()
                        && seal.headerInt(RowLayout.DIMENSION) == config.dimension()
                ? StoreCode.OK
                : StoreCode.WRONG_LAYOUT;
    }

    /**
     * Gives the file another name on the same file system, while the rows stay where they are in memory: addresses stay good. A file
     * of that name is replaced; who reads that one goes on reading what it was.
     *
     * @throws StoreException when the system refuses, or there are tiers, whose archive stays where it is
     */
    public void moveTo(final Path target) {
        if (tiers != null) {
            throw new StoreException(config.file() + " cannot be moved: its archive cannot");
        }
        try {
            OwnerOnly.directory(Objects.requireNonNull(target.toAbsolutePath().getParent()));
            Files.move(
                    ProfileLayoutFile.beside(config.file()),
                    ProfileLayoutFile.beside(target),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            directory.moveWith(config.file(), target);
            Files.move(config.file(), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StoreException(config.file() + " cannot be moved to " + target + ": " + e, e);
        }
    }

    /** Unmaps the file. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            final RowTiers tiered = tiers;
            if (tiered != null) {
                tiered.close();
            }
            final HotTier slab = hot;
            if (slab != null) {
                slab.close();
            }
            directory.close();
            map.close();
        }
    }

    private long createRow(final long subject) {
        final long address = insert(subject);
        if (address < 0) {
            counters.countRefused();
            return address;
        }
        counters.countRow();
        return address;
    }

    private long insert(final long subject) {
        final RowTiers tiered = tiers;
        if (size() >= config.maxRows() || (tiered != null && !tiered.makeRoom())) {
            return StoreCode.FULL;
        }
        final long address = map.insert(subject, this::stamp);
        if (address < 0) {
            return address;
        }
        if (tiered != null) {
            tiered.admit(subject, address);
        } else {
            index.put(subject, address);
            // Only of rows that stay where they are: entries are never taken back.
            directory.add(subject, address);
            countWarm();
        }
        return address;
    }

    private void countWarm() {
        ledger.reserve(TierLedger.Tier.WARM, RowLayout.length(config.dimension()));
        ledger.countWarm(1);
    }

    private void stamp(final long address, final long subject) {
        Memory.ALL.asSlice(address, RowLayout.length(config.dimension())).fill((byte) 0);
        Memory.putInt(address + RowLayout.LAYOUT_VERSION, config.layoutVersion());
        Memory.putInt(address + RowLayout.DIMENSION, config.dimension());
        Memory.putInt(address + RowLayout.OWNER, config.owner());
        Memory.putLong(address + RowLayout.SUBJECT, subject);
        Memory.putInt(address + RowLayout.MAGIC, RowLayout.MAGIC_VALUE);
        seal.sealFresh(address);
        Memory.putLong(address + RowLayout.SEQUENCE, RowLayout.FIRST_SEQUENCE);
    }

    /** The map library shares an open file by its path, also when the path has become another file meanwhile. */
    private void checkOwnFile() {
        try {
            if (!RowMap.exists(config.file())) {
                throw new StoreException(config.file()
                        + " cannot be replaced while a ProfileReader or ProfileStore of this process has it open:"
                        + " close that first.");
            }
        } catch (IOException e) {
            throw new StoreException(config.file() + " cannot be read: " + e, e);
        }
    }

    private void takeOver() {
        if (!map.unlocked()) {
            throw new StoreException(
                    config.file() + " was left locked by a process that was killed. It is a view of the"
                            + " journal: open it with CREATE and replay.");
        }
        if (map.size() > config.maxRows()) {
            throw new StoreException(config.file() + " holds " + map.size() + " rows but maxRows is " + config.maxRows()
                    + ": set maxRows to at least " + map.size() + ".");
        }
        map.forEach(address -> {
            final int code = check(address);
            if (code == StoreCode.DAMAGED || code == StoreCode.BUSY) {
                counters.countDamaged();
            }
            index.put(Memory.getLong(address + RowLayout.SUBJECT), address);
            countWarm();
            directory.add(Memory.getLong(address + RowLayout.SUBJECT), address);
            counters.countRow();
        });
    }

    private static TierLedger ledger(final ProfileStoreConfig config) {
        final long warm = (long) config.warmRows() * RowLayout.length(config.dimension());
        final TierConfig tiers = config.tiers();
        final HotConfig slab = config.hot();
        final long hot = slab == null ? 0 : HotTier.slabBytes(slab.rows(), config.dimension());
        final long tables = slab == null ? 0 : HotTier.tableBytes(slab.rows());
        if (tiers == null) {
            return new TierLedger(hot, tables, warm, 0, 0);
        }
        return new TierLedger(
                hot,
                tables,
                warm,
                Archive.memoryFor(config.maxRows(), config.dimension()),
                Math.min(tiers.coldBytes(), Archive.filesFor(config.maxRows(), config.dimension())));
    }

    private static void prepareFresh(final ProfileStoreConfig config) {
        final Path file = config.file();
        final Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            OwnerOnly.directory(parent);
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be replaced: " + e, e);
        }
        new ProfileLayoutFile(config.layoutVersion(), config.dimension(), config.warmRows(), config.owner())
                .write(file);
        OwnerOnly.file(file);
    }

    private static void checkLayout(final ProfileStoreConfig config) {
        final ProfileLayoutFile found = ProfileLayoutFile.read(config.file());
        if (found.layoutVersion() != config.layoutVersion() || found.dimension() != config.dimension()) {
            throw new StoreException(config.file() + " holds rows of layout version " + found.layoutVersion() + " with "
                    + found.dimension() + " floats, expected version " + config.layoutVersion() + " with "
                    + config.dimension()
                    + ": open it with CREATE and replay the journal, or use the version that wrote it.");
        }
    }
}
