package io.tagma.perf.decision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A Redis server of our own on a loopback port, with its files in a directory of its own. Owned by one thread.
 *
 * <p>It keeps an append-only file that it hands to the system before it answers ({@code appendfsync no}): the promise that the other strict
 * variants make, at the least price.
 */
public final class RedisServer implements AutoCloseable {
    private static final String PROGRAM = "redis-server";
    private static final long START_SECONDS = 20;
    private static final long POLL_MS = 20;
    private static final int TIMEOUT_MS = 30_000;

    private final Process process;
    private final int port;
    private final Thread hook;

    private RedisServer(final Process process, final int port) {
        this.process = process;
        this.port = port;
        hook = new Thread(process::destroyForcibly, "redis-server-end");
        Runtime.getRuntime().addShutdownHook(hook); // an interrupted bench leaves no server behind
    }

    /** Whether there is a server to be started. */
    public static boolean installed() {
        final String path = System.getenv("PATH");
        return path != null
                && Stream.of(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
    }

    /** Starts a server over the files in {@code directory} and waits until it answers. */
    public static RedisServer start(final Path directory) {
        try {
            final int port = freePort();
            final Process process = new ProcessBuilder(List.of(
                            PROGRAM,
                            "--port",
                            String.valueOf(port),
                            "--bind",
                            "127.0.0.1",
                            "--dir",
                            directory.toString(),
                            "--save",
                            "",
                            "--appendonly",
                            "yes",
                            "--appendfsync",
                            "no",
                            "--auto-aof-rewrite-percentage",
                            "0",
                            "--daemonize",
                            "no"))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("redis.log").toFile())
                    .start();
            final RedisServer server = new RedisServer(process, port);
            server.awaitAnswer();
            return server;
        } catch (final IOException e) {
            throw new UncheckedIOException("redis-server cannot be started", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitAnswer() {
        final long attempts = TimeUnit.SECONDS.toMillis(START_SECONDS) / POLL_MS;
        for (int i = 0; i < attempts; i++) {
            try (Jedis jedis = connect()) {
                if (jedis.dbSize() >= 0) {
                    return;
                }
            } catch (final JedisConnectionException | JedisDataException expected) {
                // not up yet, or still loading its file
            }
            exited(POLL_MS);
        }
        close();
        throw new IllegalStateException("redis-server did not answer within " + START_SECONDS + " s");
    }

    private boolean exited(final long waitMs) {
        try {
            return process.waitFor(waitMs, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A connection to this server. */
    public Jedis connect() {
        return new Jedis(
                new HostAndPort("127.0.0.1", port),
                DefaultJedisClientConfig.builder()
                        .timeoutMillis(TIMEOUT_MS)
                        .autoNegotiateProtocol(false)
                        .build());
    }

    /** The server's process. */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        if (!exited(TimeUnit.SECONDS.toMillis(START_SECONDS))) {
            process.destroyForcibly();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException ignored) {
            // the hook runs already
        }
    }
}
