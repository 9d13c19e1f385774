package io.jishi.accounts;

import io.jishi.core.Settings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How often one may guess. A name's limit counts across all addresses, so somebody who fails on purpose can keep its
 * owner from logging in for some minutes, but not out of a session that is open.
 */
final class AttemptLimits {
    private static final Duration FAILURES_PERIOD = Duration.ofMinutes(5);
    private static final Duration REGISTRATIONS_PERIOD = Duration.ofHours(1);

    private final Attempts failuresOfName;
    private final Attempts failuresOfAddress;
    private final Attempts registrationsOfAddress;
    private final Counter refused;

    AttemptLimits(InstantSource clock, Settings settings, MeterRegistry meters) {
        failuresOfName = new Attempts(clock, settings.get(AccountSettings.FAILURES_PER_NAME), FAILURES_PERIOD);
        failuresOfAddress = new Attempts(clock, settings.get(AccountSettings.FAILURES_PER_ADDRESS), FAILURES_PERIOD);
        registrationsOfAddress =
                new Attempts(clock, settings.get(AccountSettings.REGISTRATIONS_PER_ADDRESS), REGISTRATIONS_PERIOD);
        refused = Counter.builder("jishi.login.limited")
                .description("Log-ins and registrations refused because there were too many")
                .register(meters);
    }

    /** Takes a possible failure of both the name and the address, or of neither. */
    boolean takeFailure(String name, String address) {
        if (!take(failuresOfAddress, address)) {
            return false;
        }
        if (!take(failuresOfName, name)) {
            failuresOfAddress.giveBack(address);
            return false;
        }
        return true;
    }

    boolean takeFailure(String address) {
        return take(failuresOfAddress, address);
    }

    boolean takeRegistration(String address) {
        return take(registrationsOfAddress, address);
    }

    /** Gives back what {@link #takeFailure(String, String)} took, for an attempt that was no failure. */
    void giveBackFailure(String name, String address) {
        failuresOfName.giveBack(name);
        failuresOfAddress.giveBack(address);
    }

    void giveBackFailure(String address) {
        failuresOfAddress.giveBack(address);
    }

    void giveBackRegistration(String address) {
        registrationsOfAddress.giveBack(address);
    }

    private boolean take(Attempts attempts, String key) {
        boolean taken = attempts.take(key);
        if (!taken) {
            refused.increment();
        }
        return taken;
    }
}
