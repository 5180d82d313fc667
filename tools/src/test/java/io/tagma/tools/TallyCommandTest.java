package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ballots in a file, counted as agents' ballots are. */
class TallyCommandTest {
    private static final String ROLL =
            "'options':['a','b','c'],'voters':[{'id':'p','weight':4},{'id':'q'},{'id':'r'},{'id':'s'}],";

    @TempDir
    private Path directory;

    private Path file(final String json) throws IOException {
        return Files.writeString(directory.resolve("ballots.json"), json.replace('\'', '"'));
    }

    private JsonNode tally(final String rule, final String rest) throws IOException {
        final Invocation done =
                Invocation.of("council", "tally", "--rule", rule, "--ballots", file("{" + ROLL + rest + "}"));
        assertThat(done.code()).as(done.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(done.out().lines()).hasSize(1);
        return new ObjectMapper().readTree(done.out());
    }

    @Test
    void printsWhatCarriedAndWhoDissented() throws IOException {
        final JsonNode result = tally(
                "plurality",
                "'ballots':[{'voter':'p','choice':'b'},{'voter':'q','choice':'b'},{'voter':'r','ranking':['a','b']}]");
        assertThat(result.toString())
                .isEqualTo(
                        "{'rule':'plurality','carried':true,'winner':'b','reason':'carried','tally':{'a':1,'b':2,'c':0},"
                                        .replace('\'', '"')
                                + "'turnout':0.75,'dissent':['r'],'refused':[]}".replace('\'', '"'));
    }

    @Test
    void weighsUnderTheWeightedRuleAlone() throws IOException {
        final String ballots =
                "'ballots':[{'voter':'p','choice':'a'},{'voter':'q','choice':'b'},{'voter':'r','choice':'b'}],'quorum':0.8";
        final JsonNode weighted = tally("WEIGHTED", ballots);
        assertThat(weighted.path("winner").asText()).isEqualTo("a");
        assertThat(weighted.path("tally").path("a").asDouble()).isEqualTo(4);
        assertThat(weighted.path("turnout").asDouble()).isEqualTo(6.0 / 7);
        final JsonNode heads = tally("majority", ballots);
        assertThat(heads.path("carried").asBoolean()).isFalse();
        assertThat(heads.path("winner").isNull()).isTrue();
        assertThat(heads.path("reason").asText()).isEqualTo("no quorum");
        assertThat(heads.path("turnout").asDouble()).isEqualTo(0.75);
        assertThat(heads.path("dissent")).isEmpty();
    }

    @Test
    void refusesBallotsWithTheirReasonsAndCountsTheRest() throws IOException {
        final JsonNode result = tally(
                "plurality",
                "'ballots':[{'voter':'p','choice':'a'},{'voter':'p','choice':'b'},{'voter':'q','choice':'c'},"
                        + "{'voter':'q','choice':'c'},{'voter':'x','choice':'a'},{'voter':'r','choice':'d'},"
                        + "{'voter':'r','ranking':['a','a']},{'voter':'r','ranking':'a'},{'voter':'r','ranking':[]},"
                        + "{'voter':'r','choice':7},{'voter':'r'},{'voter':'r','choice':'a','ranking':['a']},"
                        + "{'voter':'s','choice':null}]");
        assertThat(result.path("tally").toString()).isEqualTo("{\"a\":0,\"b\":0,\"c\":1}");
        assertThat(result.path("winner").asText()).isEqualTo("c");
        assertThat(result.path("turnout").asDouble())
                .as("q, and s who abstained")
                .isEqualTo(0.5);
        assertThat(result.path("refused"))
                .extracting(r -> r.path("voter").asText() + ": "
                        + r.path("reason").asText().split("[;:,]", 2)[0])
                .containsExactly(
                        "p: duplicate",
                        "p: duplicate",
                        "q: duplicate",
                        "x: not on the roll",
                        "r: unknown option 'd'",
                        "r: an option is ranked twice",
                        "r: ranking must be a list of options",
                        "r: ranking must be a list of options",
                        "r: choice must be an option",
                        "r: neither a choice nor a ranking",
                        "r: both a choice and a ranking");
    }

    @Test
    void namesACycle() throws IOException {
        final JsonNode result = tally(
                "condorcet",
                "'ballots':[{'voter':'p','ranking':['a','b','c']},{'voter':'q','ranking':['b','c','a']},"
                        + "{'voter':'r','ranking':['c','a','b']}]");
        assertThat(result.path("carried").asBoolean()).isFalse();
        assertThat(result.path("cycle").toString()).isEqualTo("[\"a\",\"b\",\"c\"]");
        assertThat(result.path("reason").asText()).startsWith("a cycle");
    }

    @Test
    void aVetoStopsTheVoteAndAThresholdIsKept() throws IOException {
        final String three =
                "'ballots':[{'voter':'p','choice':'a'},{'voter':'q','choice':'a'},{'voter':'r','choice':'a'}";
        assertThat(tally("majority", three + ",{'voter':'s','choice':'abstain','veto':true}]")
                        .path("reason")
                        .asText())
                .isEqualTo("vetoed");
        final String split = three + ",{'voter':'s','choice':'b'}]";
        assertThat(tally("supermajority", split + ",'threshold':0.75")
                        .path("carried")
                        .asBoolean())
                .isTrue();
        assertThat(tally("supermajority", split + ",'threshold':0.76")
                        .path("carried")
                        .asBoolean())
                .isFalse();
        assertThat(tally("unanimous", three + "]").path("carried").asBoolean()).isTrue();
        assertThat(tally("borda", split).path("tally").path("a").asInt()).isEqualTo(6);
        assertThat(tally("irv", split).path("dissent").toString()).isEqualTo("[\"s\"]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    [] | the file must be an object
                    {'options':['a'] | not JSON
                    {'voters':[{'id':'p'}],'ballots':[]} | options must be a list: missing
                    {'options':[],'voters':[{'id':'p'}],'ballots':[]} | options must be 1 to
                    {'options':['a','a'],'voters':[{'id':'p'}],'ballots':[]} | options[1] must be a name that no other
                    {'options':['abstain'],'voters':[{'id':'p'}],'ballots':[]} | options[0]
                    {'options':['a'],'voters':[],'ballots':[]} | voters must be 1 voter at least
                    {'options':['a'],'voters':[{'id':'p','weight':-1}],'ballots':[]} | voters[0].weight must be a finite number of 0 or more: -1
                    {'options':['a'],'voters':[{'id':'p','weight':NaN}],'ballots':[]} | voters[0].weight
                    {'options':['a'],'voters':[{'id':'p','weight':'2'}],'ballots':[]} | voters[0].weight
                    {'options':['a'],'voters':[{'id':'p','weight':0}],'ballots':[]} | sum above 0
                    {'options':['a'],'voters':[{'id':'p'},{'id':'p'}],'ballots':[]} | voters[1].id
                    {'options':['a'],'voters':[{'name':'p'}],'ballots':[]} | unknown field 'name'
                    {'options':['a'],'voters':[{'id':'p'}]} | ballots must be a list: missing
                    {'options':['a'],'voters':[{'id':'p'}],'ballots':[{'choice':'a'}]} | ballots[0].voter must be a name: missing
                    {'options':['a'],'voters':[{'id':'p'}],'ballots':[{'voter':'p','veto':1}]} | ballots[0].veto must be true or false: 1
                    {'options':['a'],'voters':[{'id':'p'}],'ballots':[],'quorum':2} | quorum must be a share
                    {'options':['a'],'voters':[{'id':'p'}],'ballots':[],'threshold':0} | threshold must be a number above 0
                    {'options':['a'],'voters':[{'id':'p'}],'ballots':[],'treshold':0.5} | unknown field 'treshold'
                    """)
    void aFileThatMakesNoSenseIsRefusedByItsField(final String json, final String said) throws IOException {
        final Invocation refused = Invocation.of("council", "tally", "--rule", "plurality", "--ballots", file(json));
        assertThat(refused.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err().lines()).hasSize(1);
        assertThat(refused.err()).contains(said).contains("ballots.json");
    }

    @Test
    void aCommandThatMakesNoSenseIsAUsageError() throws IOException {
        final Path empty = file("{}");
        assertUsage("there are: plurality", "council", "tally", "--rule", "approval", "--ballots", empty);
        assertUsage("--ballots", "council", "tally", "--rule", "irv");
        assertUsage("tally", "council");
        final Invocation missing =
                Invocation.of("council", "tally", "--rule", "irv", "--ballots", directory.resolve("none.json"));
        assertThat(missing.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(missing.err()).contains("no such file");
    }

    private static void assertUsage(final String said, final Object... arguments) {
        final Invocation refused = Invocation.of(arguments);
        assertThat(refused.code()).as(refused.err()).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(refused.err().lines()).hasSize(1);
        assertThat(refused.err()).contains(said);
    }
}
