// Against a computer algebra system, on pairs that tools/make_answer_corpus made and that SymPy judged.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "scoring/answer_equivalence.h"

namespace reckon {
namespace {

struct Pair {
  std::string kind;
  bool equal = false;
  std::string answer;
  std::string reference;
};

std::vector<Pair> corpus() {
  std::ifstream file(std::string(RECKON_SOURCE_DIR) + "/tests/answers/corpus.tsv");
  std::vector<Pair> pairs;
  for (std::string line; std::getline(file, line);) {
    const auto fields = split(line, '\t');
    if (fields.size() == 4) pairs.push_back({std::string(fields[0]), fields[1] == "1", std::string(fields[2]), std::string(fields[3])});
  }
  return pairs;
}

struct Rates {
  int equal = 0;
  int different = 0;
  int missed = 0;  // false negatives
  int wrong = 0;   // false positives
};

TEST(AnswerCorpus, NoWrongAnswerPassesAndFewRightOnesFail) {
  const auto pairs = corpus();
  ASSERT_GT(pairs.size(), 1000u);
  for (const auto& [name, policy] : std::map<std::string, EquivalencePolicy>{{"voting", EquivalencePolicy::voting()}, {"grading", EquivalencePolicy::grading()}}) {
    std::map<std::string, Rates> rates;
    Rates all;
    for (const auto& pair : pairs) {
      const bool found = equivalent(parse_answer(pair.answer), parse_answer(pair.reference), policy);
      for (Rates* counted : {&rates[pair.kind], &all}) {
        ++(pair.equal ? counted->equal : counted->different);
        counted->missed += pair.equal && !found ? 1 : 0;
        counted->wrong += !pair.equal && found ? 1 : 0;
      }
      EXPECT_FALSE(!pair.equal && found) << name << ", " << pair.kind << ": " << pair.answer << "  |  " << pair.reference;
      if (std::getenv("RECKON_SHOW_MISSED") != nullptr && pair.equal && !found) std::printf("missed (%s): %s  |  %s\n", pair.kind.c_str(), pair.answer.c_str(), pair.reference.c_str());
    }
    for (const auto& [kind, counted] : rates) {
      std::printf("%-8s %-20s false negatives %3d of %3d, false positives %d of %d\n", name.c_str(), kind.c_str(), counted.missed, counted.equal, counted.wrong, counted.different);
    }
    std::printf("%-8s %-20s false negatives %3d of %3d, false positives %d of %d\n", name.c_str(), "all", all.missed, all.equal, all.wrong, all.different);
    EXPECT_LE(all.missed, all.equal / 50);
  }
}

}  // namespace
}  // namespace reckon
