package io.tagma.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.AgentMessage;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Mail between agents of one shard. */
class MailboxTest {
    private final Mailbox mailbox = new Mailbox(4, 20);
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[64]);
    private final AgentMessage message = new AgentMessage();

    @Test
    void isFirstInFirstOutAndKeepsItsOwnCopy() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 4; i++) {
                payload.putInt(8, i);
                assertThat(mailbox.put(i, 10 + i, 20 + i, 30 + i, payload, 8, 4))
                        .isTrue();
            }
            assertThat(mailbox.put(9, 9, 9, 9, payload, 0, 4)).isFalse();
            for (int i = 0; i < 4; i++) {
                assertThat(mailbox.firstTo()).isEqualTo(10 + i);
                mailbox.first(message);
                assertThat(message.fromAgent()).isEqualTo(i);
                assertThat(message.kind()).isEqualTo(20 + i);
                assertThat(message.timeNs()).isEqualTo(30 + i);
                assertThat(message.payload().capacity()).isEqualTo(4);
                assertThat(message.payload().getInt(0)).isEqualTo(i);
                mailbox.removeFirst();
            }
            assertThat(mailbox.isEmpty()).isTrue();
        }
    }

    @Test
    void takesNothingLongerThanASlot() {
        assertThat(mailbox.put(0, 0, 0, 0, payload, 0, 20)).isTrue();
        assertThat(mailbox.put(0, 0, 0, 0, payload, 0, 64)).isFalse();
        assertThat(mailbox.put(0, 0, 0, 0, payload, 0, 0)).isTrue();
        mailbox.removeFirst();
        assertThat(mailbox.first(message).payload().capacity()).isZero();
    }
}
