#include "apps/models/manifest.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace reckon::models {
namespace {

const std::string digest(64, 'a');

std::string entry(const std::string& changes_from = "", const std::string& changes_to = "") {
  const std::string text = R"({"name": "tiny", "family": "Tiny", "licence": "MIT", "file": "tiny.gguf", "size": 7, "sha256": ")" + digest +
                           R"(", "sources": [{"kind": "wheels", "title": "mirror", "parts": [
                              {"package": "tiny-a", "version": "1.0", "member": "tiny/a.bin", "size": 3},
                              {"package": "tiny-b", "version": "1.0", "member": "tiny/b.bin", "size": 4}]}]})";
  return changes_from.empty() ? text : replace_all(text, changes_from, changes_to);
}

std::string document(const std::string& entries) { return R"({"models": [)" + entries + "]}"; }

TEST(Manifest, BuiltInHasBothModelsInOrder) {
  auto manifest = built_in_manifest();
  ASSERT_TRUE(manifest.ok()) << manifest.status().to_string();
  ASSERT_EQ(manifest->entries.size(), 2u);
  EXPECT_EQ(manifest->entries[0].name, "qwen2.5-coder-0.5b");
  EXPECT_EQ(manifest->entries[0].sources.size(), 2u);
  EXPECT_EQ(manifest->entries[0].sources[1].pieces.size(), 6u);
  EXPECT_EQ(manifest->entries[1].name, "smollm2-135m");
  for (const ModelEntry& model : manifest->entries) EXPECT_EQ(model.licence, "Apache-2.0");
}

TEST(Manifest, ReadsPieces) {
  auto manifest = parse_manifest(document(entry()));
  ASSERT_TRUE(manifest.ok()) << manifest.status().to_string();
  const Piece& piece = manifest->entries[0].sources[0].pieces[1];
  EXPECT_EQ(std::get<WheelPiece>(piece.from).package, "tiny-b");
  EXPECT_EQ(piece.size, 4);
}

struct BadEntry {
  std::string from, to, expected;
};

TEST(Manifest, RefusesWhatCouldDoHarmAndNamesIt) {
  const BadEntry cases[] = {
      {"tiny.gguf", "../tiny.gguf", "\"file\""},
      {"tiny.gguf", ".tiny.gguf", "\"file\""},
      {"tiny.gguf", "tiny.exe", "\"file\""},
      {"tiny-a", "--index-url=x", "\"package\""},
      {"tiny-a", "tiny-a @ https://x", "\"package\""},
      {"\"1.0\"", "\"1.0 evil\"", "\"version\""},
      {"\"size\": 7", "\"size\": 8", "7 bytes"},
      {"\"size\": 7", "\"size\": -7", "\"size\""},
      {"\"size\": 7", "\"size\": \"7\"", "\"size\""},
      {digest, "abc", "\"sha256\""},
      {"\"wheels\"", "\"torrent\"", "\"kind\""},
      {"\"licence\"", "\"license\"", "\"licence\" is missing"},
  };
  for (const BadEntry& bad : cases) {
    auto manifest = parse_manifest(document(entry(bad.from, bad.to)));
    ASSERT_FALSE(manifest.ok()) << bad.to;
    EXPECT_EQ(manifest.status().kind(), ErrorKind::invalid_argument);
    EXPECT_NE(manifest.status().to_string().find(bad.expected), std::string::npos) << manifest.status().to_string();
    EXPECT_NE(manifest.status().to_string().find("entry 1"), std::string::npos) << manifest.status().to_string();
  }
}

TEST(Manifest, RefusesPlainHttp) {
  const std::string text = R"({"models": [{"name": "t", "family": "t", "licence": "MIT", "file": "t.gguf", "size": 7, "sha256": ")" + digest +
                           R"(", "sources": [{"kind": "url", "title": "x", "url": "http://example.org/t"}]}]})";
  auto manifest = parse_manifest(text);
  ASSERT_FALSE(manifest.ok());
  EXPECT_NE(manifest.status().message().find("https://"), std::string::npos);
}

TEST(Manifest, RefusesBrokenDocuments) {
  for (const char* text : {"", "{", "[]", "null", R"({"models": 3})", R"({"models": [3]})", R"({"models": [{}]})"}) {
    EXPECT_FALSE(parse_manifest(text).ok()) << text;
  }
  EXPECT_FALSE(parse_manifest(document(entry() + "," + entry())).ok());
}

TEST(Manifest, MergeReplacesAndAdds) {
  auto base = parse_manifest(document(entry()));
  auto more = parse_manifest(document(entry("MIT", "BSD-3-Clause") + "," + entry("\"tiny\"", "\"other\"")));
  ASSERT_TRUE(base.ok() && more.ok());
  const Manifest merged = merge(*base, *more);
  ASSERT_EQ(merged.entries.size(), 2u);
  EXPECT_EQ(merged.entries[0].licence, "BSD-3-Clause");
  EXPECT_EQ(merged.entries[1].name, "other");
}

}  // namespace
}  // namespace reckon::models
