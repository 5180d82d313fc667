package io.tagma.tools.train;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.tagma.engine.observe.TrainingMXBean;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/**
 * The training bean of an engine that another process of the same user runs, reached through the JDK's local attach and its
 * management agent. Owned by one thread.
 */
final class LiveTraining implements AutoCloseable {
    private final @Nullable JMXConnector connector;
    private final TrainingMXBean bean;

    private LiveTraining(final @Nullable JMXConnector connector, final TrainingMXBean bean) {
        this.connector = connector;
        this.bean = bean;
    }

    /**
     * Connects to the process that holds a directory.
     *
     * @throws ToolException when it cannot be attached to, or has no training bean of that directory
     */
    @SuppressWarnings("BanJNDI") // the address is that of a local agent that this call has started itself
    static LiveTraining attach(final long pid, final Path directory) throws IOException {
        if (pid == ProcessHandle.current().pid()) {
            return new LiveTraining(null, find(ManagementFactory.getPlatformMBeanServer(), pid, directory));
        }
        final JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agentOf(pid)));
        try {
            return new LiveTraining(connector, find(connector.getMBeanServerConnection(), pid, directory));
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

    private static TrainingMXBean find(final MBeanServerConnection connection, final long pid, final Path directory)
            throws IOException {
        try {
            for (final ObjectName name : connection.queryNames(new ObjectName("io.tagma:type=Training,*"), null)) {
                final TrainingMXBean bean = JMX.newMXBeanProxy(connection, name, TrainingMXBean.class);
                if (Path.of(bean.getDirectory()).toRealPath().equals(directory.toRealPath())) {
                    return bean;
                }
            }
        } catch (final JMException e) {
            throw new IOException(e);
        }
        throw new ToolException("process " + pid + " holds " + directory
                + " but shows no training bean: its engine was launched without JMX, or is closing");
    }

    TrainingMXBean bean() {
        return bean;
    }

    @Override
    public void close() throws IOException {
        if (connector != null) {
            connector.close();
        }
    }
}
