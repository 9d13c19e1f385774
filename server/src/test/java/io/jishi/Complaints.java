package io.jishi;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails every test class in which Vert.x found an event loop blocked so long that it printed its stack (5 s), or Netty
 * a buffer that was never released. JUnit finds it by itself (META-INF/services).
 */
public final class Complaints implements BeforeAllCallback, AfterAllCallback {
    static final String BLOCKED = "io.vertx.core.impl.BlockedThreadChecker";
    static final String LEAKED = "io.netty.util.ResourceLeakDetector";

    private static final List<String> HEARD = new CopyOnWriteArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        listen();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> heard = take();
        if (!heard.isEmpty()) {
            throw new AssertionError(String.join("\n", heard));
        }
    }

    /** What was complained of since the last time. */
    static List<String> take() {
        List<String> heard = List.copyOf(HEARD);
        HEARD.clear();
        return heard;
    }

    private static synchronized void listen() {
        for (String name : List.of(BLOCKED, LEAKED)) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            if (logger.getAppender("complaints") == null) {
                Appender appender = new Appender();
                appender.setName("complaints");
                appender.setContext(logger.getLoggerContext());
                appender.start();
                logger.addAppender(appender);
            }
        }
    }

    private static final class Appender extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            boolean isBlocked = event.getLoggerName().equals(BLOCKED) && event.getThrowableProxy() != null;
            boolean isLeak = event.getLoggerName().equals(LEAKED)
                    && event.getFormattedMessage().startsWith("LEAK:");
            if (isBlocked) {
                HEARD.add(event.getFormattedMessage() + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy()));
            } else if (isLeak) {
                HEARD.add(event.getFormattedMessage());
            }
        }
    }
}
