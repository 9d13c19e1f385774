package io.jishi.accounts;

import io.jishi.core.Setting;
import java.util.List;

/** What is configured about accounts. */
final class AccountSettings {
    static final Setting<Integer> REFRESH_DAYS = Setting.integer(
            "accounts.refresh-days", 30, 1, 365, "How many days a session lives after it was last refreshed.");
    static final Setting<Integer> PASSWORD_THREADS =
            Setting.integer("accounts.password-threads", 1, 1, 64, "Threads that hash passwords.");
    static final Setting<Integer> PASSWORD_QUEUE_MAX = Setting.integer(
            "accounts.password-queue-max",
            200,
            0,
            10_000,
            "Log-ins that may wait for a password thread; one more is told to come back.");
    static final Setting<Integer> FAILURES_PER_NAME = Setting.integer(
            "accounts.failures-per-name",
            10,
            1,
            1_000_000,
            "Wrong passwords for one name within five minutes, on one node, before further ones are not looked at.");
    static final Setting<Integer> FAILURES_PER_ADDRESS = Setting.integer(
            "accounts.failures-per-address",
            100,
            1,
            1_000_000,
            "Failed log-ins and refreshes from one address within five minutes, on one node, before it must wait.");
    static final Setting<Integer> REGISTRATIONS_PER_ADDRESS = Setting.integer(
            "accounts.registrations-per-address",
            50,
            1,
            1_000_000,
            "Accounts opened from one address within an hour, on one node, before it must wait.");
    static final Setting<String> FIRST_ADMIN_NAME = Setting.text(
            "accounts.first-admin-name",
            "",
            "Log-in name of an administrator who is made at the start where there is nobody of that name.");
    static final Setting<String> FIRST_ADMIN_PASSWORD =
            Setting.secret("accounts.first-admin-password", "Password of that administrator.");

    static final List<Setting<?>> ALL = List.of(
            Tokens.SECRET,
            Tokens.SECONDS,
            TokenKeys.HMAC_SECRET,
            TokenKeys.RSA_PUBLIC_KEY,
            TokenKeys.ECDSA_PUBLIC_KEY,
            TokenKeys.JWKS_URL,
            ForeignTokens.AUDIENCE,
            ForeignTokens.ISSUER,
            REFRESH_DAYS,
            PASSWORD_THREADS,
            PASSWORD_QUEUE_MAX,
            FAILURES_PER_NAME,
            FAILURES_PER_ADDRESS,
            REGISTRATIONS_PER_ADDRESS,
            FIRST_ADMIN_NAME,
            FIRST_ADMIN_PASSWORD);

    private AccountSettings() {}
}
