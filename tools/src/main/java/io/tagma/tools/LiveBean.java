package io.tagma.tools;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/**
 * A bean of an engine that another process of the same user runs, reached through the JDK's local attach and its management
 * agent. Owned by one thread.
 *
 * @param <T> the bean's interface
 */
public final class LiveBean<T> implements AutoCloseable {
    /**
     * Which bean is meant.
     *
     * @param <T> the bean's interface
     * @param name its type in JMX, e.g. {@code Training}
     * @param type its interface
     * @param directory how it says whose engine's it is
     */
    public record Kind<T>(String name, Class<T> type, Function<T, String> directory) {}

    private final @Nullable JMXConnector connector;
    private final T bean;

    private LiveBean(final @Nullable JMXConnector connector, final T bean) {
        this.connector = connector;
        this.bean = bean;
    }

    /**
     * Connects to the process that holds a directory.
     *
     * @throws ToolException when it cannot be attached to, or has no such bean of that directory
     */
    @SuppressWarnings("BanJNDI") // the address is that of a local agent that this call has started itself
    public static <T> LiveBean<T> attach(final Kind<T> kind, final long pid, final Path directory) throws IOException {
        if (pid == ProcessHandle.current().pid()) {
            return new LiveBean<>(null, find(kind, ManagementFactory.getPlatformMBeanServer(), pid, directory));
        }
        final JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agentOf(pid)));
        try {
            return new LiveBean<>(connector, find(kind, connector.getMBeanServerConnection(), pid, directory));
        } catch (final IOException | RuntimeException e) {
            connector.close();
            throw e;
        }
    }

    private static String agentOf(final long pid) throws IOException {
        try {
            final VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (final AttachNotSupportedException | IOException e) {
            throw new ToolException("process " + pid + " runs the engine but cannot be attached to (" + e.getMessage()
                    + "): call this as its user, on a JDK, and not with -XX:+DisableAttachMechanism there; or"
                    + " stop it first");
        }
    }

    private static <T> T find(
            final Kind<T> kind, final MBeanServerConnection connection, final long pid, final Path directory)
            throws IOException {
        try {
            for (final ObjectName name :
                    connection.queryNames(new ObjectName("io.tagma:type=" + kind.name() + ",*"), null)) {
                final T bean = JMX.newMXBeanProxy(connection, name, kind.type());
                if (Path.of(kind.directory().apply(bean)).toRealPath().equals(directory.toRealPath())) {
                    return bean;
                }
            }
        } catch (final JMException e) {
            throw new IOException(e);
        }
        throw new ToolException("process " + pid + " holds " + directory
                + " but shows no " + kind.name().toLowerCase(Locale.ROOT)
                + " bean: its engine was launched without JMX, or is closing");
    }

    /** The bean. */
    public T bean() {
        return bean;
    }

    @Override
    public void close() throws IOException {
        if (connector != null) {
            connector.close();
        }
    }
}
