package io.tagma.engine.shard;

import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.TrainingFrameDecoder;
import io.tagma.engine.training.TrainingCommand;
import io.tagma.store.Damage;
import io.tagma.store.FileCheck;
import io.tagma.store.JournalTailer;
import io.tagma.store.PublishedFile;
import io.tagma.store.StoreDirectory;
import io.tagma.store.StoreException;
import io.tagma.store.TailerCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;

/**
 * Checks the files that orders publish: each is what its name says, and each that a journal names is there. Stateless, any thread.
 */
public final class PublishedFilesCheck implements FileCheck {
    private static final Pattern NAMED = Pattern.compile(
            " (?:" + TrainingCommand.FILE + "|" + TrainingCommand.PUBLISHED + ":)([0-9a-f]{64})$", Pattern.MULTILINE);

    @Override
    public String items() {
        return "published files";
    }

    @Override
    public long check(final Path root, final boolean live, final Consumer<Damage> found) throws IOException {
        final Path directory = root.resolve(StoreDirectory.PUBLISHED);
        final Set<Path> files = new TreeSet<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> there = Files.list(directory)) {
                there.filter(PublishedFile::isOne).forEach(files::add);
            }
        }
        for (final Path journal : journals(root)) {
            for (final String sha256 : named(journal)) {
                files.add(PublishedFile.path(directory, sha256));
            }
        }
        long whole = 0;
        for (final Path file : files) {
            final String fault = PublishedFile.fault(file);
            if (fault.isEmpty()) {
                whole++;
            } else {
                found.accept(new Damage(-1, file.toString(), 0, "a published file " + fault));
            }
        }
        return whole;
    }

    private static List<Path> journals(final Path root) throws IOException {
        final Path all = root.resolve("journal");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> shards = Files.list(all)) {
            return shards.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** Files that a journal's orders name; as far as the journal is whole, what is not is named by another check. */
    private static Set<String> named(final Path journal) {
        final Set<String> all = new TreeSet<>();
        try (JournalTailer tailer = JournalTailer.open(journal)) {
            final ByteArrayOutputStream order = new ByteArrayOutputStream();
            while (tailer.next() == TailerCode.EXCERPT) {
                for (int i = 0; tailer.type() == ExcerptType.INPUT && i < tailer.count(); i++) {
                    if (isLast(tailer.buffer(), tailer.frameOffset(i), order)) {
                        final Matcher matcher = NAMED.matcher(order.toString(StandardCharsets.UTF_8));
                        while (matcher.find()) {
                            all.add(matcher.group(1));
                        }
                    }
                }
            }
        } catch (final StoreException expected) {
            // As above.
        }
        return all;
    }

    /** Adds a frame's text where it is of an order; whether that order is whole then. */
    private static boolean isLast(final DirectBuffer buffer, final int offset, final ByteArrayOutputStream order) {
        final int template =
                buffer.getShort(offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
        if (template != TrainingFrameDecoder.TEMPLATE_ID) {
            return false;
        }
        final TrainingFrameDecoder frame = new TrainingFrameDecoder();
        frame.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                TrainingFrameDecoder.BLOCK_LENGTH,
                TrainingFrameDecoder.SCHEMA_VERSION);
        if (frame.part() == 0) {
            order.reset();
        }
        final int part = frame.part();
        final int parts = frame.parts();
        final byte[] text = new byte[frame.textLength()];
        frame.getText(text, 0, text.length);
        order.write(text, 0, text.length);
        return part + 1 == parts;
    }
}
