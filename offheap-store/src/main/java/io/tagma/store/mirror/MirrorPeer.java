package io.tagma.store.mirror;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/** A member as the other side sees it: requests, each answered before the next. Owned by one thread. */
final class MirrorPeer implements AutoCloseable {
    private final MirrorWire wire;

    private MirrorPeer(final MirrorWire wire) {
        this.wire = wire;
    }

    static MirrorPeer connect(final Path directory, final int member, final NanoClock clock) throws IOException {
        return new MirrorPeer(new MirrorWire(MirrorAddress.connect(directory, member), clock));
    }

    void begin(final long stripe) throws IOException {
        wire.send(MirrorWire.BEGIN, stripe, 0);
        expectOk();
    }

    void put(final long stripe, final int chunk, final ByteBuffer bytes) throws IOException {
        wire.send(MirrorWire.PUT, stripe, chunk, bytes);
        expectOk();
    }

    void seal(final MirrorStripe stripe) throws IOException {
        wire.send(MirrorWire.SEAL, stripe.number(), 0, stripe.encode());
        expectOk();
    }

    void bye() throws IOException {
        wire.send(MirrorWire.BYE, 0, 0);
        expectOk();
    }

    /** The complete stripes. */
    List<MirrorStripe> list() throws IOException {
        wire.send(MirrorWire.LIST, 0, 0);
        expectOk();
        final int count = wire.index();
        final List<MirrorStripe> stripes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            expectOk();
            final MirrorStripe stripe = MirrorStripe.decode(wire.payload());
            if (stripe != null) {
                stripes.add(stripe);
            }
        }
        return stripes;
    }

    /** A chunk, good until the next request; null when the member has none that is whole. */
    @Nullable
    ByteBuffer get(final long stripe, final int chunk) throws IOException {
        wire.send(MirrorWire.GET, stripe, chunk);
        return wire.receive() == MirrorWire.OK ? wire.payload() : null;
    }

    private void expectOk() throws IOException {
        final int code = wire.receive();
        if (code != MirrorWire.OK) {
            throw new IOException("a member of a mirror refused: " + code);
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
