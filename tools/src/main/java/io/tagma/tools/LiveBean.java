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
 * A bean of an engine that another process of the same user runs, reached through the JDK's local attach and its management agent.
 * Owned by one thread.
 *
 * @param <B> the bean's interface
 */
public final class LiveBean<B> implements AutoCloseable {
    private final @Nullable JMXConnector connector;
    private final B bean;

    private LiveBean(final @Nullable JMXConnector connector, final B bean) {
        this.connector = connector;
        this.bean = bean;
    }

    /**
     * Connects to the process that holds a directory.
     *
     * @param type of the bean, e.g. {@code Training}
     * @param bean its interface
     * @param directoryOf which directory such a bean is of
     * @throws ToolException when it cannot be attached to, or has no such bean of that directory
     */
    @SuppressWarnings("BanJNDI") // the address is that of a local agent that this call has started itself
    public static <B> LiveBean<B> attach(
            final long pid,
            final Path directory,
            final String type,
            final Class<B> bean,
            final Function<B, String> directoryOf)
            throws IOException {
        if (pid == ProcessHandle.current().pid()) {
            return new LiveBean<>(
                    null, find(ManagementFactory.getPlatformMBeanServer(), pid, directory, type, bean, directoryOf));
        }
        final JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agentOf(pid)));
        try {
            return new LiveBean<>(
                    connector, find(connector.getMBeanServerConnection(), pid, directory, type, bean, directoryOf));
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

    private static <B> B find(
            final MBeanServerConnection connection,
            final long pid,
            final Path directory,
            final String type,
            final Class<B> of,
            final Function<B, String> directoryOf)
            throws IOException {
        try {
            for (final ObjectName name : connection.queryNames(new ObjectName("io.tagma:type=" + type + ",*"), null)) {
                final B bean = JMX.newMXBeanProxy(connection, name, of);
                if (Path.of(directoryOf.apply(bean)).toRealPath().equals(directory.toRealPath())) {
                    return bean;
                }
            }
        } catch (final JMException e) {
            throw new IOException(e);
        }
        throw new ToolException("process " + pid + " holds " + directory + " but shows no "
                + type.toLowerCase(Locale.ROOT) + " bean: its engine was launched without JMX, or is closing");
    }

    /** The bean. */
    public B bean() {
        return bean;
    }

    @Override
    public void close() throws IOException {
        if (connector != null) {
            connector.close();
        }
    }
}
