package io.tagma.store.mirror;

import io.tagma.store.StoreException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the newest complete stripe of a mirror. Owned by one thread. A chunk that its member lost, or holds damaged, is made from
 * the same chunk of all other members: the exclusive or of the other images and the parity. Two members lost, or two damaged in one
 * chunk, are more than one parity can make up for.
 */
public final class MirrorReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorReader.class);

    private final Path directory;
    private final @Nullable MirrorPeer[] peers;
    private final MirrorStripe stripe;
    private long rebuilt;

    private MirrorReader(final Path directory, final @Nullable MirrorPeer[] peers, final MirrorStripe stripe) {
        this.directory = directory;
        this.peers = peers;
        this.stripe = stripe;
    }

    /**
     * Looks for an engine's mirror.
     *
     * @param shards how many the engine has
     * @return the reader; null when there is no mirror, or too little of it is left
     */
    public static @Nullable MirrorReader open(final Path directory, final int shards, final NanoClock clock) {
        if (!Files.isDirectory(directory.resolve("mirror"))) {
            return null;
        }
        final @Nullable MirrorPeer[] peers = new MirrorPeer[shards + 1];
        final @Nullable List<?>[] lists = new List<?>[peers.length];
        for (int member = 0; member < peers.length; member++) {
            try {
                final MirrorPeer peer = MirrorPeer.connect(directory, member, clock);
                peers[member] = peer;
                lists[member] = peer.list();
            } catch (IOException e) {
                LOG.info("member {} of the mirror of {} is not there: {}", member, directory, e.toString());
            }
        }
        final MirrorStripe stripe = newest(lists, shards);
        if (stripe == null) {
            closeAll(peers);
            return null;
        }
        for (int member = 0; member < peers.length; member++) {
            final List<?> list = lists[member];
            final MirrorPeer peer = peers[member];
            if (peer != null && (list == null || !list.contains(stripe))) {
                closeQuietly(peer);
                peers[member] = null; // it joined later, or missed this stripe
            }
        }
        return new MirrorReader(directory, peers, stripe);
    }

    /** The newest that all members but one, at most, have. */
    private static @Nullable MirrorStripe newest(final @Nullable List<?>[] lists, final int shards) {
        MirrorStripe newest = null;
        for (final List<?> list : lists) {
            if (list == null) {
                continue;
            }
            for (final Object candidate : list) {
                if (candidate instanceof MirrorStripe stripe
                        && stripe.images().size() == shards
                        && (newest == null || stripe.number() > newest.number())
                        && holders(lists, stripe) >= shards) {
                    newest = stripe;
                }
            }
        }
        return newest;
    }

    private static int holders(final @Nullable List<?>[] lists, final MirrorStripe stripe) {
        int holders = 0;
        for (final List<?> list : lists) {
            holders += list != null && list.contains(stripe) ? 1 : 0;
        }
        return holders;
    }

    /** Sequence of the last input whose effects a shard's image holds. */
    public long sequence(final int shard) {
        return stripe.images().get(shard).sequence();
    }

    /** Bytes of a shard's image. */
    public long length(final int shard) {
        return stripe.images().get(shard).length();
    }

    /** Chunks that had to be made from those of other members. */
    public long rebuilt() {
        return rebuilt;
    }

    /** A shard's image from its beginning; each chunk is checked as it is read. */
    public ReadableByteChannel image(final int shard) {
        return new Image(shard);
    }

    /** A chunk of an image, or one that was made from the others. */
    private ByteBuffer chunk(final int shard, final int index, final int length, final ByteBuffer into) {
        final ByteBuffer own = ask(shard, index);
        if (own != null && own.remaining() == length) {
            return into.clear().put(own).flip();
        }
        into.clear();
        final MemorySegment sum = MemorySegment.ofBuffer(into);
        sum.fill((byte) 0);
        for (int member = 0; member < peers.length; member++) {
            if (member == shard || !reaches(member, index)) {
                continue;
            }
            final ByteBuffer other = ask(member, index);
            if (other == null) {
                throw new StoreException(
                        "the mirror of " + directory + " lacks chunk " + index + " of the image of shard " + shard
                                + ", and member " + member + ", from which it would be made, lacks its own");
            }
            StripeMemory.xor(MemorySegment.ofBuffer(other), sum, other.remaining());
        }
        rebuilt++;
        return into.limit(length);
    }

    /** Whether a member has that chunk at all: images differ in length, the parity is as long as the longest. */
    private boolean reaches(final int member, final int index) {
        return member == stripe.images().size()
                || (long) index * MirrorWire.CHUNK < stripe.images().get(member).length();
    }

    private @Nullable ByteBuffer ask(final int member, final int index) {
        final MirrorPeer peer = peers[member];
        if (peer == null) {
            return null;
        }
        try {
            final ByteBuffer bytes = peer.get(stripe.number(), index);
            if (bytes == null) {
                LOG.warn("member {} of the mirror of {} has no whole chunk {}", member, directory, index);
            }
            return bytes;
        } catch (IOException e) {
            LOG.warn("member {} of the mirror of {} is lost: {}", member, directory, e.toString());
            closeQuietly(peer);
            peers[member] = null;
            return null;
        }
    }

    private final class Image implements ReadableByteChannel {
        private final int shard;
        private final ByteBuffer chunk =
                ByteBuffer.allocateDirect(MirrorWire.CHUNK).limit(0);
        private int next;

        Image(final int shard) {
            this.shard = shard;
        }

        @Override
        public int read(final ByteBuffer target) {
            if (!chunk.hasRemaining()) {
                final long left = length(shard) - (long) next * MirrorWire.CHUNK;
                if (left <= 0) {
                    return -1;
                }
                chunk(shard, next, (int) Math.min(left, MirrorWire.CHUNK), chunk);
                next++;
            }
            final int n = Math.min(target.remaining(), chunk.remaining());
            target.put(chunk.slice(chunk.position(), n));
            chunk.position(chunk.position() + n);
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // the reader holds the connections
        }
    }

    private static void closeAll(final @Nullable MirrorPeer[] peers) {
        for (final MirrorPeer peer : peers) {
            if (peer != null) {
                closeQuietly(peer);
            }
        }
    }

    private static void closeQuietly(final MirrorPeer peer) {
        try {
            peer.close();
        } catch (IOException ignored) {
            // it is gone
        }
    }

    @Override
    public void close() {
        closeAll(peers);
    }
}
