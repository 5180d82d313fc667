package io.tagma.engine.agent.registry;

import io.tagma.engine.agent.AgentDescriptor;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Entries as bytes: what a shared registry's slots and changes hold; little-endian, with a CRC-32C of its own. Stateless. */
final class EntryCodec {
    /** Most bytes of an encoded entry: what a copy in a slot has room for. */
    static final int MAX_LENGTH = 992;

    private static final int CRC = 0;
    private static final int LENGTH = 4;
    private static final int BODY = 8;

    private EntryCodec() {}

    /** The entry's bytes, or null where it has more than {@link #MAX_LENGTH}. */
    static byte @Nullable [] encode(final RegistryEntry entry) {
        final ByteBuffer out = ByteBuffer.allocate(MAX_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        out.position(BODY);
        final LeaseOwner owner = entry.owner();
        final AgentDescriptor descriptor = entry.descriptor();
        try {
            out.putLong(entry.revision()).putLong(entry.sinceMs());
            out.putLong(owner.process().pid()).putLong(owner.process().start()).putLong(owner.serial());
            out.putInt(entry.number());
            out.put((byte) owner.kind().code()).put((byte) (descriptor.shadow() ? 1 : 0));
            text(out, entry.namespace());
            text(out, entry.name());
            text(out, owner.label());
            out.putShort((short) descriptor.capabilities().size());
            for (final String capability : new TreeSet<>(descriptor.capabilities())) {
                text(out, capability);
            }
            out.putShort((short) descriptor.metadata().size());
            for (final Map.Entry<String, String> pair : new TreeMap<>(descriptor.metadata()).entrySet()) {
                text(out, pair.getKey());
                text(out, pair.getValue());
            }
        } catch (final BufferOverflowException tooLong) {
            return null;
        }
        final int length = out.position();
        out.putInt(LENGTH, length);
        out.putInt(CRC, crc(out.array(), length));
        return Arrays.copyOf(out.array(), length);
    }

    /**
     * The entry, or null where the bytes are not one.
     *
     * @param owners gives for an owner the very object that this process knows it by
     */
    static @Nullable RegistryEntry decode(final byte[] bytes, final UnaryOperator<LeaseOwner> owners) {
        final ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        final int length = in.getInt(LENGTH);
        if (length <= BODY || length > bytes.length || in.getInt(CRC) != crc(bytes, length)) {
            return null;
        }
        try {
            in.position(BODY).limit(length);
            final long revision = in.getLong();
            final long since = in.getLong();
            final ProcessId process = new ProcessId(in.getLong(), in.getLong());
            final long serial = in.getLong();
            final int number = in.getInt();
            final LeaseOwner.Kind kind = LeaseOwner.Kind.of(in.get());
            final boolean shadow = in.get() != 0;
            final String namespace = text(in);
            final String name = text(in);
            final LeaseOwner owner = LeaseOwner.remote(kind, process, serial, text(in));
            final Set<String> capabilities = new HashSet<>();
            for (int n = in.getShort(); n > 0; n--) {
                capabilities.add(text(in));
            }
            final Map<String, String> metadata = new HashMap<>();
            for (int n = in.getShort(); n > 0; n--) {
                metadata.put(text(in), text(in));
            }
            return new RegistryEntry(
                    namespace,
                    new AgentDescriptor(name, capabilities, metadata, shadow),
                    number,
                    owners.apply(owner),
                    revision,
                    since);
        } catch (final BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException damaged) {
            return null;
        }
    }

    private static int crc(final byte[] bytes, final int length) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, LENGTH, length - LENGTH);
        return (int) crc.getValue();
    }

    private static void text(final ByteBuffer out, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_LENGTH) {
            throw new BufferOverflowException();
        }
        out.putShort((short) bytes.length).put(bytes);
    }

    private static String text(final ByteBuffer in) {
        final byte[] bytes = new byte[in.getShort() & 0xffff];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
