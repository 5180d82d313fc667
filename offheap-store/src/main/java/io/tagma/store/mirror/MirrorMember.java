package io.tagma.store.mirror;

import io.tagma.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * One member of a mirror: a process's memory that holds one shard's image, or the parity of all, and gives it to whoever may read
 * the engine's directory. Knows nothing of engines. Owned by one thread, which steps it.
 *
 * <p>It holds the newest complete stripe while the next is being written, and the one before that as long: were the writer to die
 * in between, some members would have the newer stripe and some only the older.
 */
public final class MirrorMember implements AutoCloseable {
    private static final int KEPT = 2;

    private final Path directory;
    private final int member;
    private final NanoClock clock;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final Deque<StripeMemory> stripes = new ArrayDeque<>();
    private long contactNs;
    private boolean ended;

    /**
     * Begins to listen.
     *
     * @param directory an engine's
     * @param member the shard's number; the number of shards for the parity
     * @throws StoreException when the system refuses
     */
    public MirrorMember(final Path directory, final int member, final NanoClock clock) {
        this.directory = directory;
        this.member = member;
        this.clock = clock;
        this.contactNs = clock.nanoTime();
        try {
            server = MirrorAddress.listen(
                    directory, member, ProcessHandle.current().pid());
            server.configureBlocking(false);
            selector = Selector.open();
            server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            throw new StoreException("member " + member + " of the mirror of " + directory + " cannot listen: " + e, e);
        }
    }

    /** Serves what has come, or waits a moment for something to come. Returns how many requests were served. */
    public int doWork(final long waitMs) {
        int served = 0;
        try {
            selector.select(Math.max(1, waitMs));
            final List<SelectionKey> ready = new ArrayList<>(selector.selectedKeys());
            selector.selectedKeys().clear();
            for (final SelectionKey key : ready) {
                if (key.attachment() instanceof MirrorWire wire) {
                    served += serve(wire) ? 1 : 0;
                } else {
                    accept();
                }
            }
        } catch (IOException e) {
            throw new StoreException("member " + member + " of the mirror of " + directory + ": " + e, e);
        }
        return served;
    }

    private void accept() throws IOException {
        final @Nullable SocketChannel channel = server.accept();
        if (channel != null) {
            final MirrorWire wire = new MirrorWire(channel, clock);
            channel.register(selector, SelectionKey.OP_READ, wire);
        }
    }

    private boolean serve(final MirrorWire wire) throws IOException {
        try {
            answer(wire, wire.receive());
            contactNs = clock.nanoTime();
            return true;
        } catch (IOException | StoreException e) {
            wire.close(); // it has gone, is too slow, or is no friend; what it had begun is never sealed
            return false;
        }
    }

    private void answer(final MirrorWire wire, final int op) throws IOException {
        switch (op) {
            case MirrorWire.BEGIN -> begin(wire.stripe());
            case MirrorWire.PUT -> {
                writing(wire).add(wire.index(), wire.payload());
            }
            case MirrorWire.SEAL -> {
                final @Nullable MirrorStripe holds = MirrorStripe.decode(wire.payload());
                if (holds == null) {
                    throw new StoreException("a stripe of another version");
                }
                writing(wire).seal(holds);
            }
            case MirrorWire.LIST -> {
                list(wire);
                return;
            }
            case MirrorWire.GET -> {
                give(wire);
                return;
            }
            case MirrorWire.BYE -> ended = true;
            default -> throw new StoreException("no request of a mirror: " + op);
        }
        wire.send(MirrorWire.OK, wire.stripe(), 0);
    }

    private void begin(final long stripe) {
        // What was begun and never sealed goes first, then the oldest.
        stripes.removeIf(old -> {
            final boolean gone = old.sealed() == null || old.number() >= stripe;
            if (gone) {
                old.close();
            }
            return gone;
        });
        while (stripes.size() >= KEPT) {
            stripes.removeFirst().close();
        }
        stripes.addLast(new StripeMemory(stripe));
    }

    private StripeMemory writing(final MirrorWire wire) {
        final StripeMemory last = stripes.peekLast();
        if (last == null || last.number() != wire.stripe() || last.sealed() != null) {
            throw new StoreException("stripe " + wire.stripe() + " is not being written");
        }
        return last;
    }

    private void list(final MirrorWire wire) throws IOException {
        final List<ByteBuffer> infos = new ArrayList<>();
        for (final StripeMemory stripe : stripes) {
            final MirrorStripe sealed = stripe.sealed();
            if (sealed != null) {
                infos.add(sealed.encode());
            }
        }
        wire.send(MirrorWire.OK, 0, infos.size());
        for (final ByteBuffer info : infos) {
            wire.send(MirrorWire.OK, 0, 0, info);
        }
    }

    private void give(final MirrorWire wire) throws IOException {
        for (final StripeMemory stripe : stripes) {
            if (stripe.number() == wire.stripe() && stripe.has(wire.index())) {
                final @Nullable ByteBuffer bytes = stripe.read(wire.index());
                if (bytes == null) {
                    wire.send(MirrorWire.DAMAGED, wire.stripe(), wire.index());
                } else {
                    wire.send(MirrorWire.OK, wire.stripe(), wire.index(), bytes);
                }
                return;
            }
        }
        wire.send(MirrorWire.MISSING, wire.stripe(), wire.index());
    }

    /** Whether it was told to end. */
    public boolean ended() {
        return ended;
    }

    /** How long nobody has asked for anything, ns. */
    public long silentNs() {
        return clock.nanoTime() - contactNs;
    }

    /** Number of the newest complete stripe, -1 for none. */
    public long newest() {
        long newest = -1;
        for (final StripeMemory stripe : stripes) {
            newest = stripe.sealed() == null ? newest : Math.max(newest, stripe.number());
        }
        return newest;
    }

    /** Flips a bit in a chunk of the newest stripe, so that tests see damage found. */
    void damage(final int chunk, final int at) {
        stripes.getLast().damage(chunk, at);
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        try {
            for (final SelectionKey key : selector.keys()) {
                if (key.attachment() instanceof MirrorWire wire) {
                    wire.close();
                }
            }
            selector.close();
            MirrorAddress.forget(directory, member, server);
        } catch (IOException e) {
            throw new StoreException(
                    "member " + member + " of the mirror of " + directory + " cannot be closed: " + e, e);
        } finally {
            stripes.forEach(StripeMemory::close);
            stripes.clear();
        }
    }
}
