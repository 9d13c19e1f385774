package io.jishi;

/** What the server is run for. */
public enum Profile {
    /** For the public: no start without a token secret or with the payment sandbox, logs as JSON. */
    PRODUCTION,
    /** For one's own machine: logs for people, and what only development allows. */
    DEVELOPMENT
}
