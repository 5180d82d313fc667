package io.tagma.store.mirror;

import io.tagma.store.OwnerOnly;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where a member of a mirror is found: {@code mirror/member-N} in the engine's directory names a socket, which lies beside it,
 * or, where that path would be longer than sockets' paths may be, in a directory of its own among the temporary files. Stateless.
 */
final class MirrorAddress {
    private static final int LONGEST_SOCKET_PATH = 100; // Linux: 107 bytes, others 103

    private MirrorAddress() {}

    static Path file(final Path directory, final int member) {
        return directory.resolve("mirror").resolve("member-" + member);
    }

    /** Listens as a member; whoever listened under that number before is not found any more. */
    static ServerSocketChannel listen(final Path directory, final int member, final long pid) throws IOException {
        final Path file = file(directory, member).toAbsolutePath();
        OwnerOnly.directory(file.resolveSibling(""));
        Path socket = file.resolveSibling("member-" + member + "-" + pid);
        if (socket.toString().length() > LONGEST_SOCKET_PATH) {
            socket = Files.createTempDirectory("tagma-mirror-").resolve("member-" + member);
        }
        Files.deleteIfExists(socket);
        final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            deleteSocket(file);
            final Path aside = file.resolveSibling(file.getFileName() + "." + pid + ".tmp");
            OwnerOnly.file(aside);
            Files.writeString(aside, socket.toString());
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** Connects to a member. */
    static SocketChannel connect(final Path directory, final int member) throws IOException {
        final Path socket = Path.of(Files.readString(file(directory, member)));
        final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    /** Takes away what a member left, if it is still that member's. */
    static void forget(final Path directory, final int member, final ServerSocketChannel server) throws IOException {
        final Path file = file(directory, member);
        final Path own = ((UnixDomainSocketAddress) server.getLocalAddress()).getPath();
        if (Files.exists(file) && Files.readString(file).equals(own.toString())) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(own);
        server.close();
    }

    private static void deleteSocket(final Path file) throws IOException {
        if (Files.exists(file)) {
            Files.deleteIfExists(Path.of(Files.readString(file)));
        }
    }
}
