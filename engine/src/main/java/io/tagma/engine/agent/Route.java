package io.tagma.engine.agent;

import org.agrona.DirectBuffer;

/** Those outside who can do one kind of work, in the order in which they are asked: where one does not answer, the next is. Immutable. */
public final class Route {
    private final int[] services;

    /** A route of at least one service, none twice. */
    public Route(final int... services) {
        this.services = services.clone();
        for (int i = 0; i < services.length; i++) {
            if (place(services[i]) != i) {
                throw new IllegalArgumentException("service " + services[i] + " is twice on the route");
            }
        }
        if (services.length == 0) {
            throw new IllegalArgumentException("a route needs at least one service");
        }
    }

    /** Asks the first; see {@link AgentContext#ask}. */
    public long ask(
            final AgentContext context,
            final DirectBuffer payload,
            final int offset,
            final int length,
            final long timeoutNs) {
        return context.ask(services[0], payload, offset, length, timeoutNs);
    }

    /**
     * Puts what was not done to the next.
     *
     * @param answer not {@link Answer#OK}
     * @return the number of the new request, or 0 when nobody is left on the route or no more requests may be open
     */
    public long next(final AgentContext context, final Answer answer, final long timeoutNs) {
        final int next = place(answer.service()) + 1;
        return next == services.length
                ? 0
                : context.ask(services[next], answer.asked(), 0, answer.asked().capacity(), timeoutNs);
    }

    private int place(final int service) {
        int at = 0;
        while (at < services.length - 1 && services[at] != service) {
            at++;
        }
        return at;
    }
}
