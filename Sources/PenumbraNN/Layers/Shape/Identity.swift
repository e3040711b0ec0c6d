/// The layer that does nothing.

public import PenumbraTensor

/// y = x
public final class Identity: Module {
  public override func forward(_ input: Tensor) throws -> Tensor { input }
  public override var copies: Copies { .elementwise }
  public override func duplicated(_ copier: ModuleCopier) throws -> Module { Identity() }
}
