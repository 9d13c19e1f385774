package io.jishi.orders;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * An order as it stands after its buyer asked to pay.
 *
 * @param nextStep what the buyer has to do now; absent where nothing is left to do, or the provider has not said so
 */
public record Paying(@JsonUnwrapped Order order, PaymentProvider.@Nullable NextStep nextStep) {}
