/// The experiments on how much of its data a GAN learns: whole images, and modes.

import Testing

@Suite struct ModeExperimentTests {
  private func script(_ name: String) -> String {
    "\(ExperimentTests.penumbra) Scripts/experiments/\(name).lua"
  }

  @Test func dcganDrawsMeasuresAndGoesOn() throws {
    try withDigits { folder in
      let weights = try trainedClassifier(folder)
      func run(_ steps: Int, _ name: String) throws -> String {
        try commandOutput(
          "\(script("dcgan")) --data '\(folder)' --classifier '\(weights)' --batch 8 --width 2 --latent 4 "
            + "--objective relativistic_average --spectral --steps \(steps) --pictures \(steps / 2) "
            + "--blur 0 --lr 1e-3 --checkpoint '\(folder)/\(name).checkpoint' --out '\(folder)/\(name)' 2>&1"
        )
      }
      let whole = try run(4, "whole")
      #expect(whole.contains("step      2") && whole.contains("  frechet "), "\(whole)")
      #expect(whole.contains("the floor of frechet"), "\(whole)")
      let again = try run(4, "whole")
      #expect(again.contains("goes on after step 4") && again.contains("\n0 steps in"), "\(again)")
      #expect(contents(of: "\(folder)/whole-000004.png")?.isEmpty == false)
    }
  }

  /// Its learning rate and blur depend on the number of steps, so the same command is stopped, not a shorter one.
  @Test func dcganStoppedEndsAsUnstopped() throws {
    try withDigits { folder in
      func command(_ name: String) -> String {
        "\(script("dcgan")) --data '\(folder)' --batch 8 --width 2 --latent 4 --steps 60 --pictures 60 "
          + "--checkpoint '\(folder)/\(name).checkpoint' --out '\(folder)/\(name)'"
      }
      _ = try commandOutput("\(command("whole")) 2>&1")
      let kills = try commandOutput(
        "for i in 1 2 3 4; do timeout -s KILL 0.$((i + 2)) \(command("parts")) >/dev/null 2>&1; echo $?; done"
      )
      #expect(kills.contains("137"), "no run was killed: \(kills)")
      _ = try commandOutput("\(command("parts")) 2>&1")
      let same = try commandOutput(
        "cmp '\(folder)/whole-000060.png' '\(folder)/parts-000060.png' && echo same")
      #expect(same == "same\n", "\(same)")
    }
  }

  @Test func ensemblesAreComparedAndDrawn() throws {
    let prefix = "/tmp/penumbra-test-\(UInt32.random(in: 0...UInt32.max))"
    defer { _ = try? commandOutput("rm -f \(prefix)*") }
    let output = try commandOutput(
      "\(script("ensemble")) --data grid --count 2 --steps 20 --batch 16 --blur 1 --out \(prefix) 2>/dev/null"
    )
    for name in ["one", "mean", "max", "soft", "noise", "chains", "chain"] {
      #expect(output.contains("\n\(name) "), "\(output)")
    }
    #expect(contents(of: "\(prefix).png")?.isEmpty == false)
    let wrong = try commandOutput("\(script("ensemble")) --method none 2>&1; echo $?")
    #expect(wrong.contains("unknown method 'none'") && wrong.hasSuffix("1\n"))
  }

  @Test func stackedModesAreCountedAndDrawn() throws {
    try withDigits { folder in
      let weights = try trainedClassifier(folder)
      let command =
        "\(script("stacked_mnist")) --data '\(folder)' --classifier '\(weights)' --steps 4 --every 2 --batch 8 "
        + "--width 2 --latent 4 --samples 1000 --out '\(folder)/stacked' 2>/dev/null"
      let output = try commandOutput(command)
      for name in ["standard", "blur", "noise", "both", "r1", "pack2"] {
        #expect(output.contains("\n\(name) "), "\(output)")
        #expect(contents(of: "\(folder)/stacked-\(name)-1.png")?.isEmpty == false)
      }
      // 1000 (1 - .999^1000) and 999/2000.
      #expect(output.contains("a perfect sampler: 632.3 modes, KL about 0.499"), "\(output)")
      #expect(contents(of: "\(folder)/stacked.png")?.isEmpty == false)
      let rows = contents(of: "\(folder)/stacked.csv")?.split(separator: "\n") ?? []
      #expect(rows.count == 13 && rows.last?.hasPrefix("pack2,1,4,") == true, "\(rows)")
      // Given again, the finished runs are only read.
      #expect(try commandOutput(command) == output)
    }
  }

  @Test(arguments: [
    "dcgan", "ensemble", "stacked_mnist", "wgan_gp", "semi_supervised", "mnist_cgan",
  ])
  func explainsItself(_ name: String) throws {
    let help = try commandOutput("\(script(name)) --help")
    #expect(help.contains("--steps") && help.contains("--out"), "\(help)")
  }
}
