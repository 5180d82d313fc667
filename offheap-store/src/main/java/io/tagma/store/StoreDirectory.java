package io.tagma.store;
import java.nio.file.Path;
@SuppressWarnings("all") public final class StoreDirectory implements AutoCloseable {
  private final Path d;
  private StoreDirectory(Path d){this.d=d;}
  public static StoreDirectory open(final Path p){ try{java.nio.file.Files.createDirectories(p.resolve("hlog"));}catch(java.io.IOException e){throw new StoreException("x",e);} return new StoreDirectory(p);}
  public Path journal(int s){return d.resolve("journal/shard-"+s);}
  public Path audit(int s){return d.resolve("audit/shard-"+s);}
  public Path profiles(int s){return d.resolve("profiles/shard-"+s+".dat");}
  public Path hlog(){return d.resolve("hlog");}
  public void close(){}
}
