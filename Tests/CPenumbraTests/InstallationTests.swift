/// What Scripts/install puts in place: a C program compiles against it, runs, and leaks nothing.

import Glibc
import TestSupport
import Testing

@Suite(.serialized) struct InstallationTests {
  private static let root = String(
    #filePath.dropLast("/Tests/CPenumbraTests/InstallationTests.swift".count))
  /// PENUMBRA_BUILD=debug installs the debug build.
  private static let isDebug = getenv("PENUMBRA_BUILD").map { String(cString: $0) } == "debug"
  private static let hasValgrind = access("/usr/bin/valgrind", X_OK) == 0

  /// Where everything was installed, once for all tests; gone when they are over.
  private static let place: String = {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
    var template = Array("\(parent)/penumbra-install-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { return "" }
    let path = String(cString: made)
    atexit { _ = Glibc.system("rm -rf '\(InstallationTests.place)'") }
    return path
  }()

  private static let answer =
    Result { try sh("Scripts/install \(isDebug ? "--debug" : "") --prefix $P") }

  private init() throws {
    let answer = try Self.answer.get()
    try #require(answer.hasPrefix("installed penumbra"), "\(answer)")
  }

  /// What a command prints in the repository's folder, where $P is the prefix and $T the folder for
  /// tests; then "status N" unless it is 0.
  private static func sh(_ command: String) throws -> String {
    let setting = """
      cd '\(root)'; T='\(place)'; P="$T/prefix"; export T P
      export PKG_CONFIG_PATH="$P/lib/pkgconfig" LD_LIBRARY_PATH="$P/lib"
      export LUA_CPATH_5_4="$P/lib/lua/5.4/?.so"
      """
    let pipe = try #require(popen("\(setting)\n( \(command)\n) 2>&1 || echo \"status $?\"", "r"))
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func sh(_ command: String) throws -> String { try Self.sh(command) }

  private static let flags =
    "-std=c11 -Wall -Wextra -Wno-missing-field-initializers -Werror -pedantic-errors"

  @Test func theExampleRuns() throws {
    let compiled = try sh(
      "clang \(Self.flags) Examples/c/host.c $(pkg-config --cflags --libs penumbra) -o $T/host")
    #expect(compiled == "")
    #expect(
      try sh("$T/host") == """
        loss 0.0000 after 600 steps
        at 10: 19.5
        script error: mistake:1: rate: a number is wanted
        measurements free: yes

        """)
    if runsSlowTests, Self.hasValgrind { #expect(try valgrind("$T/host") == "") }
  }

  @Test func theGuidesProgramPrintsWhatItSays() throws {
    let extract =
      #"awk -v l="$L" '$0 == "```" l {on = 1; next} /^```/ {on = 0} on' "#
      + "Docs/Guides/embedding-c.md"
    let compiled = try sh(
      "L=c; \(extract) >$T/guide.c; "
        + "clang \(Self.flags) $T/guide.c $(pkg-config --cflags --libs penumbra) -o $T/guide")
    #expect(compiled == "")
    let printed = try sh("$T/guide")
    let shown = try sh("L=text; \(extract)")
    #expect(printed.hasPrefix("-1.5") && printed == shown)
  }

  @Test func stockLuaLoadsTheModule() throws {
    let script =
      "local pn = require 'penumbra' pn.seed(1) "
      + "local net = pn.nn.Linear(3, 2) local loss = net(pn.randn(4, 3)):sum() loss:backward() "
      + "print(net.weight.grad:size()[1], pcall(pn.ones, -1))"
    let command = "lua5.4 -e \"\(script)\""
    #expect(
      try sh(command)
        == "2\tfalse\tones: full: dimension 1: expected a size of at least 0, got -1\n")
    if runsSlowTests, Self.hasValgrind { #expect(try valgrind(command) == "") }
  }

  private func valgrind(_ command: String) throws -> String {
    try sh(
      "valgrind -q --leak-check=full --suppressions=Scripts/valgrind.supp --error-exitcode=9 "
        + "--errors-for-leak-kinds=definite,indirect,possible "
        + "--show-leak-kinds=definite,indirect,possible --log-file=$T/valgrind \(command) "
        + ">/dev/null || cat $T/valgrind")
  }

  @Test func theHeaderIsAlsoOneOfCxx() throws {
    #expect(
      try sh(
        "echo '#include <penumbra.h>' | clang++ -x c++ -std=c++17 -Wall -fsyntax-only "
          + "-I $P/include -") == "")
  }

  /// Every function of the header, and no other name.
  @Test func theLibrariesShowTheirNamesOnly() throws {
    let declared = try sh(
      "grep -oE '^PENUMBRA_API.*|^    penumbra_.*' $P/include/penumbra.h "
        + "| grep -oE 'penumbra_[a-z_]+\\(' | tr -d '(' | sort -u")
    let exported = try sh("nm -D --defined-only $P/lib/libpenumbra.so | awk '{print $3}' | sort")
    #expect(declared == exported && declared.split(separator: "\n").count == 37)
    #expect(
      try sh("nm -D --defined-only $P/lib/lua/5.4/penumbra.so | awk '{print $3}'")
        == "luaopen_penumbra\n")
  }

  @Test func nothingNeedsSwiftWhereItRuns() throws {
    for file in ["bin/penumbra", "lib/libpenumbra.so", "lib/lua/5.4/penumbra.so"] {
      let needed = try sh("readelf -d $P/\(file) | grep NEEDED")
      #expect(needed.contains("libdnnl") && !needed.contains("libswift"), "\(file): \(needed)")
      #expect(needed.contains("liblua") == (file != "lib/lua/5.4/penumbra.so"))
    }
    #expect(
      try sh("$P/bin/penumbra -e 'print(require(\"penumbra\").ones(2))'") == "tensor([1., 1.])\n")
  }

  @Test func wrongUseOfTheScriptIsToldSo() throws {
    #expect(try sh("Scripts/install --prefix") == "install: --prefix needs a folder\nstatus 2\n")
    #expect(try sh("Scripts/install -x").hasPrefix("usage: Scripts/install"))
    #expect(try sh("Scripts/libraries nothing").hasSuffix("run Scripts/build first\nstatus 1\n"))
  }

  @Test func theRockIsWellFormed() throws {
    guard try sh("command -v luarocks") != "status 1\n" else { return }
    #expect(try sh("luarocks lint Scripts/luarocks/penumbra-0.1.0-1.rockspec") == "")
  }
}
