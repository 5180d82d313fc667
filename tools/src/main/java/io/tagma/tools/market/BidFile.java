package io.tagma.tools.market;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a file of bids, {@code [{"agent":"a","items":["x"],"value":12.5}, ...]}. Used by one thread. */
final class BidFile {
    private static final String SHAPE = "{\"agent\":\"a\",\"items\":[\"x\"],\"value\":12.5}";
    private static final String VALUE = "value";

    private final Path file;
    private final JsonParser in;
    private int number;

    private BidFile(final Path file, final JsonParser in) {
        this.file = file;
        this.in = in;
    }

    /**
     * Reads all bids. Amounts that cannot be are no error of the file: the bid says what is wrong with it.
     *
     * @throws ToolException when the file is not of the shape; says where, and what is expected there
     * @throws IOException when it cannot be read
     */
    static List<Bid> read(final Path file) throws IOException {
        // A number that is none is the bid's fault, not the file's.
        final JsonFactory json = JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = json.createParser(Files.newBufferedReader(file))) {
            return new BidFile(file, parser).bids();
        } catch (CharacterCodingException e) {
            throw new ToolException(file + " is not text in UTF-8; expected a JSON array of bids like " + SHAPE);
        } catch (JsonProcessingException e) {
            throw new ToolException(file + ", line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ": "
                    + e.getOriginalMessage().replace('\n', ' ')
                    + "; expected a JSON array of bids like " + SHAPE);
        }
    }

    private List<Bid> bids() throws IOException {
        if (in.nextToken() != JsonToken.START_ARRAY) {
            throw unexpected("", "a JSON array of bids like [" + SHAPE + "]");
        }
        final List<Bid> bids = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            number++;
            if (in.currentToken() != JsonToken.START_OBJECT) {
                throw unexpected("bid " + number, "an object like " + SHAPE);
            }
            bids.add(bid());
        }
        if (in.nextToken() != null) {
            throw unexpected("behind the array", "the end of the file");
        }
        return bids;
    }

    private Bid bid() throws IOException {
        String agent = null;
        List<String> items = null;
        Amount amount = null;
        while (in.nextToken() != JsonToken.END_OBJECT) {
            final String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "agent" -> agent = text(field);
                case "items" -> items = items();
                case VALUE -> amount = amount();
                default -> throw unexpected(at(field), "only the fields agent, items and value");
            }
        }
        if (agent == null || amount == null) {
            final String missing = agent == null ? "agent" : VALUE;
            throw new ToolException(where() + ": " + at(missing) + " is missing; expected a bid like " + SHAPE);
        }
        return new Bid(agent, items == null ? List.of() : items, amount.micros(), fault(items, amount));
    }

    private static String fault(final @Nullable List<String> items, final Amount amount) {
        if (items == null) {
            return amount.fault();
        }
        if (items.isEmpty()) {
            return "items is empty; name one, or leave the field out";
        }
        final Set<String> once = new HashSet<>();
        for (final String item : items) {
            if (!once.add(item)) {
                return "item '" + item + "' twice in one bid";
            }
        }
        return amount.fault();
    }

    private String text(final String field) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING || in.getText().isBlank()) {
            throw unexpected(at(field), "a name");
        }
        return in.getText();
    }

    private List<String> items() throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw unexpected(at("items"), "an array of names like [\"x\",\"y\"]");
        }
        final List<String> items = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            items.add(text("items"));
        }
        return items;
    }

    private Amount amount() throws IOException {
        final JsonToken token = in.currentToken();
        if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
            return Amount.of(in.getText());
        }
        // Where JSON has no word for it, writers put it in quotes.
        if (token == JsonToken.VALUE_STRING && Amount.isNoNumber(in.getText())) {
            return Amount.of(in.getText());
        }
        throw unexpected(at(VALUE), "a number of credits like 12.5");
    }

    private String at(final String field) {
        return "bid " + number + ", field '" + field + "'";
    }

    private String where() {
        return file + ", line " + in.currentTokenLocation().getLineNr();
    }

    private ToolException unexpected(final String place, final String expected) throws IOException {
        final String found = in.currentToken() == null ? "the end of the file" : in.getText();
        return new ToolException(
                where() + (place.isEmpty() ? "" : ": " + place) + ": expected " + expected + ", found " + found);
    }
}
