package example;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.store.ProfileRow;
import java.nio.file.Path;

final class SpeedLimit implements ProfileRule { // a card may pay five times: its row remembers how often it did
    @Override public int contribute(ProfileRow row, Task task, float[] features, int offset) {
        features[offset] = row.get(0);
        return 1;
    }
    @Override public void update(ProfileRow row, Task task) {
        row.set(0, row.get(0) + 1);
    }
    public static void main(String[] args) {
        var limiter = AgentFactory.of(AgentDescriptor.of("limiter", "limit"),
                context -> (task, ballot) -> ballot.logOdds(task.features()[0] < 5 ? -9 : 9));
        var context = new EngineContext().directory(Path.of(args[0])).threading(Threading.CALLER)
                .intent(IntentSpec.voted("pay", "limit", 0.2f, 0.4f)).agent(limiter).subjectRule(SpeedLimit::new);
        try (Engine engine = Engine.launch(context)) {
            var event = new Event().subject(42).intent(0);
            var decision = new Decision();
            for (int i = 1; i <= 6; i++) {
                engine.decide(event.correlationId(i).timeNs(i), decision);
                System.out.printf("payment %d: action %d, score %.3f%n", i, decision.action(), decision.score());
            }
        }
    }
}
