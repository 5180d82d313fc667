package io.tagma.engine.supervise;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A tree as a text file, so that other processes see it: a line a node, its depth and its fields separated by tabs, under a line that says
 * which process wrote it and when. Stateless.
 */
public final class TreeFile {
    /** The file's name in an engine's directory. */
    public static final String NAME = "tree";

    private static final String MAGIC = "tagma-tree 1";
    private static final int FIELDS = 6;

    private TreeFile() {}

    /**
     * What a file says.
     *
     * @param pid of the process that wrote it
     * @param epochMs when
     * @param root of the tree
     */
    public record Seen(long pid, long epochMs, TreeEntry root) {}

    /**
     * Writes a tree beside the file and renames it, so that nobody reads half of one.
     *
     * @param file that is replaced; its directory exists
     * @param temporary beside it, which may be overwritten
     */
    public static void write(final Path file, final Path temporary, final Seen seen) throws IOException {
        final StringBuilder text = new StringBuilder(1024);
        text.append(MAGIC)
                .append('\t')
                .append(seen.pid())
                .append('\t')
                .append(seen.epochMs())
                .append('\n');
        append(text, seen.root(), 0);
        Files.writeString(temporary, text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void append(final StringBuilder text, final TreeEntry node, final int depth) {
        text.append(depth);
        for (final String field :
                List.of(node.name(), node.kind(), node.state(), Long.toString(node.restarts()), node.detail())) {
            text.append('\t').append(field.replace('\t', ' ').replace('\n', ' ').replace('\r', ' '));
        }
        text.append('\n');
        node.children().forEach(child -> append(text, child, depth + 1));
    }

    /**
     * Reads a tree.
     *
     * @throws IOException when there is none, or it is not whole
     */
    public static Seen read(final Path file) throws IOException {
        final List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        final String[] head = lines.isEmpty() ? new String[0] : lines.getFirst().split("\t", -1);
        if (head.length != 3 || !MAGIC.equals(head[0]) || lines.size() < 2) {
            throw new IOException(file + " is no tree of a running engine");
        }
        try {
            return new Seen(Long.parseLong(head[1]), Long.parseLong(head[2]), tree(lines.subList(1, lines.size())));
        } catch (final IllegalArgumentException e) {
            throw new IOException(file + " is no tree of a running engine: " + e.getMessage(), e);
        }
    }

    /** From the leaves up: a node's children are those behind it that are one deeper. */
    private static TreeEntry tree(final List<String> lines) {
        final Deque<List<TreeEntry>> open = new ArrayDeque<>();
        List<TreeEntry> level = new ArrayList<>();
        int depth = 0;
        for (int i = lines.size() - 1; i >= 0; i--) {
            final String[] fields = lines.get(i).split("\t", -1);
            if (fields.length != FIELDS) {
                throw new IllegalArgumentException(
                        "line " + (i + 2) + " has " + fields.length + " fields, not " + FIELDS);
            }
            final int own = Integer.parseInt(fields[0]);
            while (depth < own) {
                open.push(level);
                level = new ArrayList<>();
                depth++;
            }
            List<TreeEntry> children = List.of();
            if (depth > own) {
                children = level.reversed();
                level = open.pop();
                depth--;
            }
            if (depth != own) {
                throw new IllegalArgumentException("line " + (i + 2) + " is at depth " + own + ", not " + depth);
            }
            level.add(new TreeEntry(fields[1], fields[2], fields[3], Long.parseLong(fields[4]), fields[5], children));
        }
        if (depth != 0 || level.size() != 1) {
            throw new IllegalArgumentException("there are " + level.size() + " roots");
        }
        return level.getFirst();
    }
}
