// The real fetchers: libcurl against a server of this test on the loopback, wheels from a stand-in pip.
#include <gtest/gtest.h>
#include <zip.h>

#include <chrono>
#include <fstream>

#include "apps/models/child_process.h"
#include "apps/models/url_fetcher.h"
#include "apps/models/wheel_fetcher.h"
#include "base/server_test_support.h"
#include "base/test_support.h"

namespace reckon::models {
namespace {

namespace fs = std::filesystem;
using std::string;
using testing_support::ScriptedServer;

struct Fetched {
  Status status;
  string bytes;
};

Fetched fetch(Fetcher& fetcher, const Piece& piece, std::int64_t offset, const FetchContext& context = {}) {
  Fetched result;
  result.status = fetcher.fetch(piece, offset, [&](std::span<const std::byte> bytes) {
    result.bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return ok_status();
  }, context);
  return result;
}

Fetched fetch_url(ScriptedServer& server, std::int64_t offset) {
  UrlFetcher fetcher({.protocols = "http,https", .connect_timeout_seconds = 5, .stalled_seconds = 5});
  return fetch(fetcher, {UrlPiece{server.url("/model.gguf")}, 10}, offset);
}

TEST(UrlFetcher, FetchesTheWhole) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"});
  const Fetched got = fetch_url(server, 0);
  EXPECT_TRUE(got.status.ok()) << got.status.to_string();
  EXPECT_EQ(got.bytes, "0123456789");
}

TEST(UrlFetcher, AsksForTheRest) {
  string request;
  {
    ScriptedServer server({"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-9/10\r\nContent-Length: 6\r\n\r\n456789"});
    const Fetched got = fetch_url(server, 4);
    EXPECT_TRUE(got.status.ok()) << got.status.to_string();
    EXPECT_EQ(got.bytes, "456789");
    request = server.requests.at(0);
  }
  EXPECT_NE(request.find("Range: bytes=4-"), string::npos) << request;
}

TEST(UrlFetcher, AServerWithoutRangesStillResumes) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"});
  const Fetched got = fetch_url(server, 4);
  EXPECT_TRUE(got.status.ok()) << got.status.to_string();
  EXPECT_EQ(got.bytes, "456789");
}

TEST(UrlFetcher, AnotherLengthIsRefusedUnread) {
  ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n0123456789ab"});
  const Fetched got = fetch_url(server, 0);
  EXPECT_EQ(got.status.kind(), ErrorKind::io);
  EXPECT_NE(got.status.message().find("12 bytes, expected 10"), string::npos) << got.status.to_string();
  EXPECT_EQ(got.bytes, "");
}

TEST(UrlFetcher, FollowsRedirects) {
  ScriptedServer target({"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"});
  ScriptedServer server({"HTTP/1.1 302 Found\r\nLocation: " + target.url("/model.gguf") + "\r\nContent-Length: 4\r\n\r\ngone"});
  const Fetched got = fetch_url(server, 0);
  EXPECT_TRUE(got.status.ok()) << got.status.to_string();
  EXPECT_EQ(got.bytes, "0123456789");
}

TEST(UrlFetcher, ErrorsAndCutsAreErrors) {
  ScriptedServer server({"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123"});
  EXPECT_EQ(fetch_url(server, 0).status.kind(), ErrorKind::io);
  const Fetched cut = fetch_url(server, 0);
  EXPECT_EQ(cut.status.kind(), ErrorKind::io);
  EXPECT_EQ(cut.bytes, "0123");
}

TEST(UrlFetcher, PlainHttpIsOffByDefault) {
  UrlFetcher fetcher;
  EXPECT_EQ(fetch(fetcher, {UrlPiece{"http://127.0.0.1:9/x"}, 10}, 0).status.kind(), ErrorKind::io);
}

class WheelFetcherTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 3000000; ++i) content_ += static_cast<char>('a' + i * (i % 7) % 26);
    make_wheel(folder_ / "tiny.whl");
    context_.work_folder = folder_ / "work";
  }

  void make_wheel(const fs::path& path) const {
    int error = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    ASSERT_NE(archive, nullptr);
    zip_source_t* source = zip_source_buffer(archive, content_.data(), content_.size(), 0);
    ASSERT_GE(zip_file_add(archive, "tiny/data.bin", source, 0), 0);
    ASSERT_EQ(zip_close(archive), 0);
  }

  // A program that stands in for python3; "$dest" is where pip would put the wheel.
  string program(const string& body) const {
    const fs::path path = folder_ / "python";
    std::ofstream(path) << "#!/bin/sh\nwhile [ \"$1\" != --dest ]; do shift; done\ndest=$2\nwanted=$3\n" << body;
    fs::permissions(path, fs::perms::owner_all);
    return path.string();
  }

  Fetched fetch_wheel(const string& python, std::int64_t offset = 0, std::int64_t size = 3000000) {
    WheelFetcher fetcher(python);
    return fetch(fetcher, {WheelPiece{"tiny", "1.0", "tiny/data.bin"}, size}, offset, context_);
  }

  testing_support::TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path();
  string content_;
  FetchContext context_;
};

TEST_F(WheelFetcherTest, UnzipsTheMemberAndRemovesTheWheel) {
  const Fetched got = fetch_wheel(program("[ \"$wanted\" = tiny==1.0 ] && cp " + (folder_ / "tiny.whl").string() + " \"$dest\"/tiny-1.0.whl\n"));
  EXPECT_TRUE(got.status.ok()) << got.status.to_string();
  EXPECT_TRUE(got.bytes == content_);
  EXPECT_TRUE(fs::is_empty(context_.work_folder));
}

TEST_F(WheelFetcherTest, ContinuesInsideTheMember) {
  const Fetched got = fetch_wheel(program("cp " + (folder_ / "tiny.whl").string() + " \"$dest\"/tiny-1.0.whl\n"), 1500001);
  EXPECT_TRUE(got.status.ok()) << got.status.to_string();
  EXPECT_TRUE(got.bytes == content_.substr(1500001));
}

TEST_F(WheelFetcherTest, AnotherSizeIsRefused) {
  const Fetched got = fetch_wheel(program("cp " + (folder_ / "tiny.whl").string() + " \"$dest\"/tiny-1.0.whl\n"), 0, 2999999);
  EXPECT_EQ(got.status.kind(), ErrorKind::io);
  EXPECT_EQ(got.bytes, "");
}

TEST_F(WheelFetcherTest, ADamagedWheelIsAnError) {
  const Fetched cut = fetch_wheel(program("head -c 1000 " + (folder_ / "tiny.whl").string() + " > \"$dest\"/tiny-1.0.whl\n"));
  EXPECT_EQ(cut.status.kind(), ErrorKind::io);
  EXPECT_NE(cut.status.message().find("not a readable wheel"), string::npos) << cut.status.to_string();
  std::fstream stream(folder_ / "tiny.whl", std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(2000) << "damage";
  stream.close();
  EXPECT_EQ(fetch_wheel(program("cp " + (folder_ / "tiny.whl").string() + " \"$dest\"/tiny-1.0.whl\n")).status.kind(), ErrorKind::io);
}

TEST_F(WheelFetcherTest, SaysWhyPipFailed) {
  const Fetched got = fetch_wheel(program("echo 'ERROR: No matching distribution found'; echo; echo notice; exit 1\n"));
  EXPECT_EQ(got.status.message(), "pip failed: No matching distribution found");
  EXPECT_EQ(fetch_wheel(program("echo 'OSError: No space left on device'; exit 1\n")).status.kind(), ErrorKind::out_of_memory);
  EXPECT_NE(fetch_wheel((folder_ / "missing").string()).status.message().find("not installed"), string::npos);
  EXPECT_EQ(fetch_wheel(program("exit 0\n")).status.kind(), ErrorKind::io);
}

TEST_F(WheelFetcherTest, CancellingEndsTheChild) {
  std::atomic<bool> cancelled = true;
  context_.cancelled = &cancelled;
  // A child that is not ended would run into ctest's limit.
  const Fetched got = fetch_wheel(program("exec sleep 100000\n"));
  EXPECT_EQ(got.status.kind(), ErrorKind::cancelled);
}

TEST(ChildProcess, ExitCodesAndEnvironment) {
  const testing_support::TemporaryFolder folder;
  const fs::path log = folder.file("log");
  const auto run = [&](const string& script) {
    return run_child({{"sh", "-c", script}, {{"RECKON_TEST_VALUE", "x y"}}, log}, [] { return ok_status(); }).value();
  };
  EXPECT_EQ(run("exit 3"), 3);
  EXPECT_EQ(run("[ \"$RECKON_TEST_VALUE\" = 'x y' ]"), 0);
  EXPECT_EQ(run("kill -TERM $$"), 128 + 15);
}

}  // namespace
}  // namespace reckon::models
