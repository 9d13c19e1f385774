package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MethodsTest {
    private static final Method<Method.Nothing, Method.Nothing> SAY =
            Method.of("test.say", Method.Nothing.class, Method.Nothing.class, "Says something.");

    @Test
    @DisplayName("[RT20] a call whose publication found the channel's queue full is answered with 111, temporary")
    void fullQueue() {
        assertThat(answerTo(new Publisher.QueueFull("room:1")))
                .isEqualTo(new Methods.Answer.Error(111, "too many requests", true));
    }

    @Test
    @DisplayName("any other fault is answered with 100, temporary, and tells nothing of itself")
    void fault() {
        assertThat(answerTo(new IllegalStateException("secret")))
                .isEqualTo(new Methods.Answer.Error(100, "internal server error", true));
    }

    private static Methods.Answer answerTo(Throwable fault) {
        Methods methods = new Methods(TestAuthorization.of(
                "what,guest,viewer,host,courier,operator,staff,admin,device", "rpc test.say,y,y,y,y,y,y,y,y"));
        methods.add(SAY, (_, _) -> Future.failedFuture(fault));
        return methods.call("test.say", Caller.guest("connection"), null).await();
    }
}
