package io.jishi.payments;

/** A provider answered something that leaves open what happened. Its text holds codes only, never what was sent. */
final class ProviderFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    ProviderFault(String message) {
        super(message, null, false, false);
    }
}
